// Verifies a C2SP tlog-tiles log with filippo.io/torchwood, the client that monitors of Sunlight logs use, over Go's own
// golang.org/x/mod/sumdb/tlog and note.
//
//	torchwood verify LOG VKEY [OLD-CHECKPOINT-FILE]   LOG is a directory or a URL
//	torchwood prove LOG VKEY INDEX OLD-SIZE           prints an inclusion and a consistency proof, in base64
//
// Torchwood verifies each tile against the root before it uses it, and each entry against the tiles.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"writ.example/tlog/cli"
)

func main() {
	switch args := os.Args[1:]; {
	case len(args) >= 3 && args[0] == "verify":
		cli.Answer(func() (cli.Report, error) { return verify(args[1], args[2], args[3:]) })
	case len(args) == 5 && args[0] == "prove":
		if err := prove(args[1], args[2], args[3], args[4]); err != nil {
			log.Fatal(err)
		}
	default:
		log.Fatal("torchwood verify LOG VKEY [OLD-CHECKPOINT-FILE] | torchwood prove LOG VKEY INDEX OLD-SIZE")
	}
}

// reader is a log, and what its signed checkpoint says of it.
type reader struct {
	files  torchwood.TileReader
	policy torchwood.Policy
	tree   tlog.Tree
}

func open(ctx context.Context, at, vkey string) (reader, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return reader{}, err
	}
	policy := torchwood.ThresholdPolicy(2,
		torchwood.OriginPolicy(verifier.Name()), torchwood.SingleVerifierPolicy(verifier))
	files, err := filesAt(at)
	if err != nil {
		return reader{}, err
	}
	signed, err := files.ReadEndpoint(ctx, "checkpoint")
	if err != nil {
		return reader{}, err
	}
	checkpoint, _, err := torchwood.VerifyCheckpoint(signed, policy)
	return reader{files, policy, checkpoint.Tree}, err
}

func filesAt(at string) (torchwood.TileReader, error) {
	if strings.HasPrefix(at, "http") {
		web, err := cli.HTTPClient()
		if err != nil {
			return nil, err
		}
		return torchwood.NewTileFetcher(at, torchwood.WithHTTPClient(web))
	}
	return torchwood.NewTileFS(os.DirFS(at))
}

func (r reader) hashes(ctx context.Context) tlog.HashReader {
	return torchwood.TileHashReaderWithContext(ctx, r.tree, r.files)
}

func verify(at, vkey string, old []string) (cli.Report, error) {
	ctx := context.Background()
	it, err := open(ctx, at, vkey)
	if err != nil {
		return cli.Report{}, err
	}
	found := cli.Report{Size: uint64(it.tree.N), Root: cli.Base64(it.tree.Hash[:])}
	client, err := torchwood.NewClient(it.files)
	if err != nil {
		return found, err
	}
	entries := int64(0)
	for range client.AllEntries(ctx, it.tree, 0) {
		entries++
	}
	if err := client.Err(); err != nil {
		return found, err
	}
	if entries != it.tree.N {
		return found, fmt.Errorf("only %d entries", entries)
	}
	for _, file := range old {
		found.OldSize, err = it.consistent(ctx, file)
		if err != nil {
			return found, err
		}
	}
	return found, nil
}

func (r reader) consistent(ctx context.Context, file string) (uint64, error) {
	signed, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	old, _, err := torchwood.VerifyCheckpoint(signed, r.policy)
	if err != nil {
		return 0, err
	}
	if old.N > r.tree.N {
		return 0, errors.New("the log is smaller than it was")
	}
	proof, err := tlog.ProveTree(r.tree.N, old.N, r.hashes(ctx))
	if err != nil {
		return 0, err
	}
	return uint64(old.N), tlog.CheckTree(proof, r.tree.N, r.tree.Hash, old.N, old.Hash)
}

func prove(at, vkey, index, oldSize string) error {
	ctx := context.Background()
	it, err := open(ctx, at, vkey)
	if err != nil {
		return err
	}
	place, err := strconv.ParseInt(index, 10, 64)
	if err != nil {
		return err
	}
	size, err := strconv.ParseInt(oldSize, 10, 64)
	if err != nil {
		return err
	}
	inclusion, err := tlog.ProveRecord(it.tree.N, place, it.hashes(ctx))
	if err != nil {
		return err
	}
	consistency, err := tlog.ProveTree(it.tree.N, size, it.hashes(ctx))
	if err != nil {
		return err
	}
	cli.Print(map[string][]string{"inclusion": texts(inclusion), "consistency": texts(consistency)})
	return nil
}

func texts(hashes []tlog.Hash) []string {
	all := []string{}
	for _, hash := range hashes {
		all = append(all, cli.Base64(hash[:]))
	}
	return all
}
