package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"

	"vestibule/shared/awstest"
	"vestibule/shared/boot"
	"vestibule/shared/dynamo"
	"vestibule/shared/id"
	"vestibule/shared/outbox"
	"vestibule/shared/post/posttest"
	"vestibule/shared/vault"
)

func BenchmarkActs(b *testing.B) {
	w := awstest.New(b)
	env, err := boot.EnvFrom[environment](w.Env("CourierFunction"))
	if err != nil {
		b.Fatal(err)
	}
	provider := posttest.NewSES(posttest.Options{Set: env.MailSet, Now: time.Now})
	b.Cleanup(provider.Close)
	w.Endpoint("ses", provider.URL())
	db := dynamo.Open(w.Seed())
	store := outbox.Open(db, env.OutboxTable, vault.OpenBox(w.Seed(), env.LetterKey))
	w.Bench(b, func(cfg aws.Config) lambda.Handler {
		c, err := open(env, cfg)
		if err != nil {
			b.Fatal(err)
		}
		c.metrics = io.Discard
		return lambda.NewHandler(c.handle)
	}, awstest.Act{
		Name: "courier send", Answer: `{"batchItemFailures":[]}`,
		Prepare: func() []byte {
			m, err := store.Seal(context.Background(), invitation("finn."+rand.Text()+"@praxis.example"), id.New[id.MessageID](time.Now(), rand.Reader), clinic, "inv_01JD0000000000000000000001", time.Now())
			if err != nil {
				b.Fatal(err)
			}
			tx := db.Begin()
			store.Add(tx, m)
			if err := tx.Commit(context.Background()); err != nil {
				b.Fatal(err)
			}
			event, err := json.Marshal(map[string]any{"Records": []any{map[string]any{
				"eventSource": "aws:dynamodb", "eventName": "INSERT",
				"dynamodb": map[string]any{"SequenceNumber": "1", "Keys": map[string]any{"message_id": map[string]any{"S": m.ID}}},
			}}})
			if err != nil {
				b.Fatal(err)
			}
			return event
		},
	})
}
