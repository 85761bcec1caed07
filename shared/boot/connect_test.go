package boot

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// trusting is a configuration whose client takes the certificate of a test's server.
func trusting(server *httptest.Server) aws.Config {
	client := Client(5 * time.Second).(fromMemory)
	client.Transport.(*http.Transport).TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig
	return aws.Config{Region: "eu-central-1", BaseEndpoint: &server.URL, HTTPClient: client}
}

func TestFirstCallGoesOverTheConnectionOfTheStart(t *testing.T) {
	var from atomic.Pointer[string]
	server := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { from.Store(&r.RemoteAddr) }))
	defer server.Close()
	cfg := Connect(trusting(server), "dynamodb")
	started := from.Load()
	if started == nil {
		t.Fatal("no connection was opened")
	}
	request, err := http.NewRequest(http.MethodPost, server.URL, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := cfg.HTTPClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if *from.Load() != *started {
		t.Error("the first call opened a connection of its own")
	}
}

func TestStartDoesNotDependOnAService(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	cfg := trusting(server)
	server.Close()
	Connect(cfg, "dynamodb", "kms")
}

func TestDoubleOnThisMachineIsNotConnectedTo(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was asked for something") }))
	defer server.Close()
	Connect(aws.Config{Region: "eu-central-1", BaseEndpoint: &server.URL, HTTPClient: Client(time.Second)}, "dynamodb")
}
