// Verifies proofs and cosigned checkpoints under a C2SP tlog-policy with filippo.io/torchwood.
//
//	proof record POLICY-FILE PROOF-FILE          a C2SP tlog-proof of the record in its extra line
//	proof checkpoint POLICY-FILE NOTE-FILE       a checkpoint, by its log and a quorum of its witnesses
//	proof cosigned VKEY NOTE-FILE                a cosignature, also of ML-DSA-44, by transparency-dev's verifier
package main

import (
	"errors"
	"log"
	"os"

	"filippo.io/torchwood"
	formats "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"writ.example/tlog/cli"
)

func main() {
	verify, known := map[string]func(by string, it []byte) (cli.Report, error){
		"record": record, "checkpoint": checkpoint, "cosigned": cosigned,
	}[append(os.Args, "")[1]]
	if !known || len(os.Args) != 4 {
		log.Fatal("proof record POLICY-FILE PROOF-FILE | proof checkpoint POLICY-FILE NOTE-FILE | proof cosigned VKEY NOTE-FILE")
	}
	cli.Answer(func() (cli.Report, error) {
		it, err := os.ReadFile(os.Args[3])
		if err != nil {
			return cli.Report{}, err
		}
		return verify(os.Args[2], it)
	})
}

func policyIn(file string) (torchwood.Policy, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return torchwood.ParsePolicy(text)
}

func record(policyFile string, proof []byte) (cli.Report, error) {
	policy, err := policyIn(policyFile)
	if err != nil {
		return cli.Report{}, err
	}
	entry, err := torchwood.ProofExtraData(proof)
	if err != nil {
		return cli.Report{}, err
	}
	return cli.Report{}, torchwood.VerifyProof(policy, tlog.RecordHash(entry), proof)
}

func checkpoint(policyFile string, signed []byte) (cli.Report, error) {
	policy, err := policyIn(policyFile)
	if err != nil {
		return cli.Report{}, err
	}
	found, _, err := torchwood.VerifyCheckpoint(signed, policy)
	return cli.Report{Size: uint64(found.N), Root: cli.Base64(found.Hash[:])}, err
}

func cosigned(vkey string, signed []byte) (cli.Report, error) {
	verifier, err := formats.NewVerifierForCosignatureV1(vkey)
	if err != nil {
		return cli.Report{}, err
	}
	found, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return cli.Report{}, err
	}
	if len(found.Sigs) != 1 {
		return cli.Report{}, errors.New("the cosignature is there more than once")
	}
	tree, err := torchwood.ParseCheckpoint(found.Text)
	return cli.Report{Size: uint64(tree.N), Root: cli.Base64(tree.Hash[:])}, err
}
