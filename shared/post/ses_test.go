package post_test

import (
	"context"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"vestibule/shared/post"
	"vestibule/shared/post/posttest"
)

func TestSESConforms(t *testing.T) {
	posttest.Conformance(t, func(t *testing.T, url string) posttest.Driver {
		return post.OpenSES(aws.Config{
			Region: "eu-central-1", BaseEndpoint: &url,
			Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
				return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
			}),
		}, "mail-events")
	})
}

func TestEventsAreReadAsWhatTheySay(t *testing.T) {
	m := posttest.Mail{
		From: "house@mail.example", To: []string{"finn@praxis.example"}, ProviderID: "0107-1", Time: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC),
		Tags: map[string]string{"message": "msg_01JD0000000000000000000001", "ses:configuration-set": "mail-events"},
	}
	for name, want := range map[string]post.What{
		"Send":                        post.Accepted,
		"Delivery":                    post.Delivered,
		"Complaint":                   post.Complained,
		"Reject":                      post.Rejected,
		"Bounce Permanent General":    post.Bounced,
		"Bounce Permanent NoEmail":    post.Bounced,
		"Bounce Permanent Suppressed": post.Suppressed,
		"Bounce Permanent OnAccountSuppressionList": post.Suppressed,
		"Bounce Transient General":                  post.Returned,
		"Bounce Transient MailboxFull":              post.Returned,
		"Bounce Undetermined Undetermined":          post.Returned,
		"Open":                                      post.Other,
		"DeliveryDelay":                             post.Other,
	} {
		e, err := post.ReadEvent(m.Event(name))
		if err != nil || e.What != want || e.Message != "msg_01JD0000000000000000000001" || e.ProviderID != "0107-1" || e.Set != "mail-events" {
			t.Errorf("%s: got %+v, %v, want %v", name, e, err, want)
		}
	}
}

func TestWhatIsNoEventIsRefusedWithoutQuotingIt(t *testing.T) {
	for _, body := range []string{
		"", "null", "[]", "{}", `"finn@praxis.example"`, `{"eventType":"Send"}`, `{"eventType":["finn@praxis.example"],"mail":{"messageId":"1"}}`,
		`{"notificationType":"Bounce","mail":{"messageId":"1"}}`,
	} {
		if e, err := post.ReadEvent([]byte(body)); err != post.ErrEvent {
			t.Errorf("%s: got %+v, %v, want ErrEvent itself", body, e, err)
		}
	}
	foreign := `{"eventType":"Delivery","mail":{"messageId":"1","tags":{"message":["msg_nonsense"]}}}`
	if e, err := post.ReadEvent([]byte(foreign)); err != nil || e.Message != "" {
		t.Errorf("got %+v, %v, want an event of no message of ours", e, err)
	}
}

func FuzzReadEvent(f *testing.F) {
	f.Add([]byte(`{"eventType":"Delivery","mail":{"messageId":"1","tags":{"message":["msg_01JD0000000000000000000001"]}}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if e, err := post.ReadEvent(body); err == nil && (e.What == "" || e.ProviderID == "") {
			t.Errorf("%q was read as %+v", body, e)
		}
	})
}
