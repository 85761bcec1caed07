package site

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"vestibule/shared/post/posttest"
)

// openPost starts the mail provider. Its events go into the queue that SES fills through a topic at AWS.
func (s *Site) openPost() error {
	text, err := os.ReadFile(s.mailFile())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read the mails of earlier runs: %w", err)
	}
	if err == nil {
		if err := json.Unmarshal(text, &s.old); err != nil {
			return fmt.Errorf("read the mails of earlier runs (%s): %w", s.mailFile(), err)
		}
	}
	queues := sqs.NewFromConfig(s.AWS)
	events := s.Stack.Name("PostEventsQueue")
	s.Post = posttest.NewSES(posttest.Options{
		Set: s.Stack.Name("MailEvents"),
		Publish: func(ctx context.Context, body []byte) error {
			_, err := queues.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &events, MessageBody: aws.String(string(body))})
			return err
		},
	})
	return nil
}

// Mails are all mails that are in the inbox, oldest first, those of earlier runs too.
func (s *Site) Mails() []posttest.Mail { return slices.Concat(s.old, s.Post.Mails()) }

// closePost keeps the mails for the next run, as the double keeps the tables.
func (s *Site) closePost() error {
	s.Post.Close()
	text, err := json.Marshal(s.Mails())
	if err == nil {
		err = os.WriteFile(s.mailFile(), text, 0o600)
	}
	if err != nil {
		return fmt.Errorf("keep the mails: %w", err)
	}
	return nil
}

func (s *Site) mailFile() string { return filepath.Join(s.options.Dir, "mails.json") }
