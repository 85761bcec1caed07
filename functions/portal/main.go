// Portal serves what belongs to nobody: the start page, the style sheet and scripts of all pages, the choice of language, and the page
// for addresses that do not exist. It touches no table.
package main

import (
	"log/slog"
	"net/http"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"

	"vestibule/shared/boot"
	"vestibule/shared/web"
)

type environment struct{}

func furnish(environment, aws.Config) (http.Handler, error) {
	return web.Guard(routes()), nil
}

func main() {
	env, err := boot.Env[environment]()
	if err == nil {
		var handler http.Handler
		if handler, err = furnish(env, boot.Config()); err == nil {
			web.Serve(handler)
		}
	}
	slog.Error("portal does not start", "error", err)
	os.Exit(1)
}
