// Verifies a C2SP tlog-tiles log with transparency-dev's Tessera, and writes one.
//
//	tessera verify LOG VKEY [OLD-CHECKPOINT-FILE]   LOG is a directory or a URL
//	tessera write DIRECTORY SIGNER-KEY              entries on stdin, a line of base64 each
//
// Tessera's fsck rebuilds the whole tree from the entry bundles and compares every tile, byte for byte, and the root.
package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"log"
	"net/url"
	"os"
	"strings"
	"time"

	formats "github.com/transparency-dev/formats/log"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"github.com/transparency-dev/tessera/storage/posix"
	"golang.org/x/mod/sumdb/note"
	"writ.example/tlog/cli"
)

func main() {
	switch args := os.Args[1:]; {
	case len(args) >= 3 && args[0] == "verify":
		cli.Answer(func() (cli.Report, error) { return verify(args[1], args[2], args[3:]) })
	case len(args) == 3 && args[0] == "write":
		if err := write(args[1], args[2]); err != nil {
			log.Fatal(err)
		}
	default:
		log.Fatal("tessera verify LOG VKEY [OLD-CHECKPOINT-FILE] | tessera write DIRECTORY SIGNER-KEY")
	}
}

// once is a log whose checkpoint is read once: it may grow meanwhile.
type once struct {
	fsck.Fetcher
	checkpoint []byte
}

func (o once) ReadCheckpoint(context.Context) ([]byte, error) { return o.checkpoint, nil }

func verify(at, vkey string, old []string) (cli.Report, error) {
	ctx := context.Background()
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return cli.Report{}, err
	}
	files, err := open(ctx, at)
	if err != nil {
		return cli.Report{}, err
	}
	checkpoint, _, _, err := client.FetchCheckpoint(ctx, files.ReadCheckpoint, verifier, verifier.Name())
	if err != nil {
		return cli.Report{}, err
	}
	found := cli.Report{Size: checkpoint.Size, Root: cli.Base64(checkpoint.Hash)}
	if err := fsck.New(verifier.Name(), verifier, files, leafHashes, fsck.Opts{N: 4}).Check(ctx); err != nil {
		return found, err
	}
	for _, file := range old {
		found.OldSize, err = consistent(ctx, files, checkpoint, file, verifier)
		if err != nil {
			return found, err
		}
	}
	return found, nil
}

func open(ctx context.Context, at string) (once, error) {
	var files fsck.Fetcher = client.FileFetcher{Root: at}
	if strings.HasPrefix(at, "http") {
		root, err := url.Parse(at)
		if err != nil {
			return once{}, err
		}
		web, err := cli.HTTPClient()
		if err != nil {
			return once{}, err
		}
		if files, err = client.NewHTTPFetcher(root, web); err != nil {
			return once{}, err
		}
	}
	checkpoint, err := files.ReadCheckpoint(ctx)
	return once{files, checkpoint}, err
}

func leafHashes(bundle []byte) ([][]byte, error) {
	var entries api.EntryBundle
	if err := entries.UnmarshalText(bundle); err != nil {
		return nil, err
	}
	hashes := make([][]byte, 0, len(entries.Entries))
	for _, entry := range entries.Entries {
		hashes = append(hashes, rfc6962.DefaultHasher.HashLeaf(entry))
	}
	return hashes, nil
}

// consistent proves that the log begins with an older one. Tessera's LogStateTracker is not asked: it takes a tree that is
// not larger for no news, another tree of the same size too.
func consistent(ctx context.Context, files once, now *formats.Checkpoint, file string, verifier note.Verifier) (uint64, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	old, _, _, err := formats.ParseCheckpoint(raw, verifier.Name(), verifier)
	if err != nil {
		return 0, err
	}
	if old.Size > now.Size {
		return 0, errors.New("the log is smaller than it was")
	}
	builder, err := client.NewProofBuilder(ctx, now.Size, files.ReadTile)
	if err != nil {
		return 0, err
	}
	hashes, err := builder.ConsistencyProof(ctx, old.Size, now.Size)
	if err != nil {
		return 0, err
	}
	return old.Size, proof.VerifyConsistency(rfc6962.DefaultHasher, old.Size, now.Size, hashes, old.Hash, now.Hash)
}

// write makes a log as Tessera's POSIX driver does, and waits until its checkpoint covers the last entry.
func write(directory, key string) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	signer, err := note.NewSigner(key)
	if err != nil {
		return err
	}
	driver, err := posix.New(ctx, posix.Config{Path: directory})
	if err != nil {
		return err
	}
	options := tessera.NewAppendOptions().
		WithCheckpointSigner(signer).
		WithCheckpointInterval(100*time.Millisecond).
		WithBatching(100, 50*time.Millisecond)
	appender, shutdown, _, err := tessera.NewAppender(ctx, driver, options)
	if err != nil {
		return err
	}
	var places []tessera.IndexFuture
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		entry, err := base64.StdEncoding.DecodeString(lines.Text())
		if err != nil {
			return err
		}
		places = append(places, appender.Add(ctx, tessera.NewEntry(entry)))
	}
	for i, place := range places {
		if index, err := place(); err != nil || index.Index != uint64(i) {
			return errors.Join(errors.New("an entry has another place"), err)
		}
	}
	return shutdown(ctx)
}
