package posttest

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

type event struct {
	name string
	body []byte
}

// events are what SES reports of a mail, in the order in which it happens.
func (m *Mail) events() []event {
	var all []event
	for _, name := range m.fate() {
		all = append(all, event{name, m.Event(name)})
	}
	return all
}

func (m *Mail) fate() []string {
	local, _, _ := strings.Cut(m.To[0], "@")
	local, _, _ = strings.Cut(strings.ToLower(local), "+")
	switch local {
	case "bounce":
		return []string{"Send", "Bounce Permanent General"}
	case "suppressionlist":
		return []string{"Send", "Bounce Permanent OnAccountSuppressionList"}
	case "complaint":
		return []string{"Send", "Delivery", "Complaint"}
	case "ooto":
		return []string{"Send", "Delivery", "Bounce Transient General"}
	case "full":
		return []string{"Send", "Bounce Transient MailboxFull"}
	case "reject":
		return []string{"Send", "Reject"}
	default:
		return []string{"Send", "Delivery"}
	}
}

// Event writes one event of a mail as SES does: "Send", "Delivery", "Complaint", "Reject", or "Bounce" with its type and subtype.
func (m Mail) Event(name string) []byte {
	kind, detail, _ := strings.Cut(name, " ")
	bounceType, subType, _ := strings.Cut(detail, " ")
	stamp := m.Time.UTC().Format("2006-01-02T15:04:05.000Z")
	later := m.Time.UTC().Add(time.Second).Format("2006-01-02T15:04:05.000Z")

	var complained, bounced []map[string]any
	for _, to := range m.To {
		complained = append(complained, map[string]any{"emailAddress": to})
		bounced = append(bounced, map[string]any{
			"emailAddress": to, "action": "failed", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown",
		})
	}
	var headers []map[string]string
	for _, f := range m.Header {
		headers = append(headers, map[string]string{"name": f.Name, "value": f.Value})
	}
	tags := map[string][]string{
		"ses:operation": {"SendRawEmail"}, "ses:source-ip": {"192.0.2.0"}, "ses:caller-identity": {"CourierFunction"},
		"ses:from-domain": {m.From[strings.LastIndexByte(m.From, '@')+1:]},
	}
	for name, value := range m.Tags {
		tags[name] = []string{value}
	}
	body := map[string]any{
		"eventType": kind,
		"mail": map[string]any{
			"timestamp": stamp, "source": m.From, "sourceArn": "arn:aws:ses:eu-central-1:000000000000:identity/" + m.From,
			"sendingAccountId": "000000000000", "messageId": m.ProviderID, "destination": m.To, "headersTruncated": false,
			"headers": headers, "tags": tags,
			"commonHeaders": map[string]any{"from": []string{m.From}, "to": m.To, "messageId": m.ProviderID, "subject": m.Subject},
		},
	}
	feedback := fmt.Sprintf("%s-%s-000000", m.ProviderID, strings.ToLower(kind))
	switch kind {
	case "Send":
		body["send"] = map[string]any{}
	case "Delivery":
		body["delivery"] = map[string]any{
			"timestamp": later, "processingTimeMillis": 1000, "recipients": m.To, "smtpResponse": "250 2.6.0 Message received",
			"reportingMTA": "mta.example.com",
		}
	case "Bounce":
		body["bounce"] = map[string]any{
			"bounceType": bounceType, "bounceSubType": subType, "bouncedRecipients": bounced, "timestamp": later,
			"feedbackId": feedback, "reportingMTA": "dsn; mta.example.com",
		}
	case "Complaint":
		body["complaint"] = map[string]any{
			"complainedRecipients": complained, "timestamp": later, "feedbackId": feedback, "userAgent": "ExampleCorp Feedback Loop (V0.01)",
			"complaintFeedbackType": "abuse", "arrivalDate": later,
		}
	case "Reject":
		body["reject"] = map[string]any{"reason": "Bad content"}
	}
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return text
}
