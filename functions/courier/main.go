// Command courier sends every mail, once, from the outbox, and settles it by what the provider reports. Nobody else sends.
//
// It is told of letters by the outbox's stream and by its own queue of letters that must be looked at again, and of their fates by the
// provider's events. A letter goes: taken (conditional write), opened, counted for its mailbox, handed to the provider, recorded and
// erased. Where that breaks off decides what happens next:
//
//	certainly not sent    put back, told again by the queue, later and later (full jitter)
//	may have been sent    left as it is; an event of the provider settles it, and only when none came in outbox.Window it is sent again
//	sent, not recorded    the queue remembers that it was sent; it is recorded later, or an event does
//	cannot be sent ever   failed, erased; who caused the letter sees it
//	cannot be read        reported as a failed record until the queue moves it to its dead-letter queue; then failed as exhausted, but kept:
//	                      a redrive tries it again
//
// Logs hold message ids, kinds and outcomes, never an address, a link or a letter.
package main

import (
	"crypto/rand"
	"log"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"vestibule/shared/boot"
	"vestibule/shared/dynamo"
	"vestibule/shared/letter"
	"vestibule/shared/outbox"
	"vestibule/shared/post"
	"vestibule/shared/vault"
)

type environment struct {
	OutboxTable  string `env:"OUTBOX_TABLE"`
	LetterKey    string `env:"LETTER_KEY"`
	LettersQueue string `env:"LETTERS_QUEUE"`
	MailFrom     string `env:"MAIL_FROM"`
	MailSet      string `env:"MAIL_CONFIGURATION_SET"`
	Origin       string `env:"ORIGIN"`
	Stage        string `env:"STAGE"`
}

func furnish(e environment, cfg aws.Config) (lambda.Handler, error) {
	c, err := open(e, cfg)
	if err != nil {
		return nil, err
	}
	return lambda.NewHandler(c.handle), nil
}

func open(e environment, cfg aws.Config) (*courier, error) {
	sender, err := letter.NewSender(e.MailFrom, e.Origin)
	if err != nil {
		return nil, err
	}
	return &courier{
		outbox: outbox.Open(dynamo.Open(cfg), e.OutboxTable, vault.OpenBox(cfg, e.LetterKey)),
		post:   post.OpenSES(boot.Endpoint(cfg, "SES"), e.MailSet),
		sender: sender, set: e.MailSet,
		queues: sqs.NewFromConfig(cfg), queue: e.LettersQueue,
		stage: e.Stage, metrics: os.Stdout,
		now: time.Now, random: rand.Reader, pause: backoff,
	}, nil
}

func main() {
	e, err := boot.Env[environment]()
	if err != nil {
		log.Fatal(err)
	}
	h, err := furnish(e, boot.Connect(boot.Config(), "dynamodb", "kms"))
	if err != nil {
		log.Fatal(err)
	}
	slog.SetDefault(lambdacontext.NewLogger())
	lambda.Start(h)
}
