package boot

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// longestConnect is how long a start waits for connections; what is not there then is left to the first call.
const longestConnect = time.Second

// Connect opens a connection to each service that every first request needs ("dynamodb") and returns the configuration that
// uses them. A function has a whole processor while it starts and often a fraction of one afterwards, so reading the trusted roots and
// shaking hands is done sooner here than in the first request. Nothing is asked but the root page of the service, which needs no
// permission. Whatever goes wrong is left to the first call, which tries again and knows how to tell.
func Connect(cfg aws.Config, services ...string) aws.Config {
	ctx, cancel := context.WithTimeout(context.Background(), longestConnect)
	defer cancel()
	var all sync.WaitGroup
	for _, service := range services {
		all.Go(func() { connect(ctx, cfg, service) })
	}
	all.Wait()
	return cfg
}

func connect(ctx context.Context, cfg aws.Config, service string) {
	at := "https://" + service + "." + cfg.Region + ".amazonaws.com"
	if cfg.BaseEndpoint != nil {
		at = *cfg.BaseEndpoint
	}
	if !strings.HasPrefix(at, "https://") {
		return // a double on this machine: there is nothing to gain
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at+"/", nil)
	if err != nil {
		return
	}
	answer, err := cfg.HTTPClient.Do(r)
	if err != nil {
		return
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, answer.Body) // a connection is kept when its answer was read to the end
}
