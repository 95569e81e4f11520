// Puts log-ins on the stream of identity events. Reads one a line, with tabs between: account, instant, address, port.
//
//	go run . STREAM <logins.tsv
package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
)

type login struct {
	Account string `json:"account"`
	At      string `json:"at"`
	IP      string `json:"ip"`
	Port    int    `json:"port"`
}

// send sends at most 500 events, which is what Kinesis takes in one call, and again those that it did not take.
func send(ctx context.Context, client *kinesis.Client, stream string, events []login) error {
	var records []types.PutRecordsRequestEntry
	for _, event := range events {
		data, err := json.Marshal(event)
		if err != nil {
			return err
		}
		sum := sha256.Sum256([]byte(event.Account))
		key := hex.EncodeToString(sum[:])
		records = append(records, types.PutRecordsRequestEntry{Data: data, PartitionKey: &key})
	}
	for attempt := 0; attempt < 8; attempt++ {
		answer, err := client.PutRecords(ctx, &kinesis.PutRecordsInput{StreamName: &stream, Records: records})
		if err != nil {
			return err
		}
		var left []types.PutRecordsRequestEntry
		for i, result := range answer.Records {
			if result.ErrorCode != nil {
				left = append(left, records[i])
			}
		}
		if records = left; len(records) == 0 {
			return nil
		}
		time.Sleep(100 * time.Millisecond << attempt)
	}
	return fmt.Errorf("the stream did not take %d events", len(records))
}

func main() {
	ctx := context.Background()
	settings, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		log.Fatal(err)
	}
	client := kinesis.NewFromConfig(settings)
	var events []login
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		fields := strings.Split(lines.Text(), "\t")
		if len(fields) != 4 {
			log.Fatal("a line has four fields: account, instant, address, port")
		}
		port, err := strconv.Atoi(fields[3])
		if err != nil {
			log.Fatal("a port is a number")
		}
		events = append(events, login{fields[0], fields[1], fields[2], port})
	}
	for start := 0; start < len(events); start += 500 {
		if err := send(ctx, client, os.Args[1], events[start:min(start+500, len(events))]); err != nil {
			log.Fatal(err)
		}
	}
}
