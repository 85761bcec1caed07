package tools_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"vestibule/infra/local/tools"
	"vestibule/shared/post"
	"vestibule/shared/post/posttest"
)

const letter = "From: house@mail.example\r\nTo: finn@praxis.example\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= SUBJECT\r\nMIME-Version: 1.0\r\n" +
	"Content-Type: multipart/alternative; boundary=part\r\n\r\n" +
	"--part\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nOpen http://localhost:8080/join#abc. <b>Thanks</b>\r\n" +
	"--part\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<!doctype html><html><head></head><body><script>alert(1)</script><a href=\"/join\">Open</a></body></html>\r\n--part--\r\n"

func serve(t *testing.T) *httptest.Server {
	t.Helper()
	ses := posttest.NewSES(posttest.Options{Publish: func(context.Context, []byte) error { return nil }})
	t.Cleanup(ses.Close)
	driver := post.OpenSES(aws.Config{
		Region: "eu-central-1", BaseEndpoint: aws.String(ses.URL()),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	}, "set")
	for _, subject := range []string{"first", "second"} {
		got := driver.Send(t.Context(), post.Mail{
			Message: "msg_01JD0000000000000000000001", From: "house@mail.example", To: "finn@praxis.example",
			Raw: []byte(strings.Replace(letter, "SUBJECT", subject, 1)),
		})
		if got.Outcome != post.Sent {
			t.Fatalf("send the %s mail: %v", subject, got)
		}
	}
	ses.Wait()
	server := httptest.NewServer(tools.Handler(tools.Source{
		Access: []tools.Row{
			{Group: "Pages", What: "The house", Link: "http://localhost:8080/"},
			{Group: "Praxis Dr. Muster", What: "Assistant", Login: "mfa@praxis.example", Password: "correct horse"},
		},
		Mails: ses.Mails, Post: ses,
	}))
	t.Cleanup(server.Close)
	return server
}

func get(t *testing.T, url, host string) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = host
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

func TestPages(t *testing.T) {
	t.Parallel()
	server := serve(t)
	for name, c := range map[string]struct {
		path    string
		in, out []string
	}{
		"the access table has pages and logins": {"/", []string{`<a href="http://localhost:8080/">The house</a>`, "mfa@praxis.example", "correct horse"}, nil},
		"the inbox counts and names the fate":   {"/mails", []string{"Grüße first", "Grüße second", "Send, Delivery", "finn@praxis.example"}, nil},
		"a mail's text is text with links":      {"/mails/1", []string{`<a href="http://localhost:8080/join#abc">http://localhost:8080/join#abc</a>. &lt;b&gt;Thanks`, `sandbox="allow-popups`, "Message-Id"}, []string{"<script"}},
		"the ledger tells of a doubled mail":    {"/provider", []string{"<dt>Accepted more than once</dt><dd><code>msg_01JD0000000000000000000001</code>"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			response, body := get(t, server.URL+c.path, "")
			if response.StatusCode != http.StatusOK {
				t.Fatalf("got %d %s", response.StatusCode, body)
			}
			for _, want := range c.in {
				if !strings.Contains(body, want) {
					t.Errorf("it lacks %s:\n%s", want, body)
				}
			}
			for _, not := range c.out {
				if strings.Contains(body, not) {
					t.Errorf("it has %s:\n%s", not, body)
				}
			}
		})
	}
	t.Run("the newest mail stands first", func(t *testing.T) {
		if _, body := get(t, server.URL+"/mails", ""); strings.Index(body, "Grüße second") > strings.Index(body, "Grüße first") {
			t.Error("the older mail is above the newer one")
		}
	})
	t.Run("the html of a mail is shut in", func(t *testing.T) {
		response, body := get(t, server.URL+"/mails/2/html", "")
		if policy := response.Header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "sandbox ") || strings.Contains(policy, "allow-scripts") {
			t.Errorf("the policy is %s", policy)
		}
		if !strings.Contains(body, `<base target="_blank">`) {
			t.Errorf("links would open inside the frame: %s", body)
		}
	})
	t.Run("an unknown mail is not found", func(t *testing.T) {
		for _, path := range []string{"/mails/0", "/mails/3", "/mails/x/html", "/nothing"} {
			if response, _ := get(t, server.URL+path, ""); response.StatusCode != http.StatusNotFound {
				t.Errorf("%s: got %d", path, response.StatusCode)
			}
		}
	})
	t.Run("no other name than localhost gets in", func(t *testing.T) {
		if response, _ := get(t, server.URL+"/mails", "elsewhere.example"); response.StatusCode != http.StatusForbidden {
			t.Errorf("got %d", response.StatusCode)
		}
	})
}
