package page_test

import (
	"net/http"
	"os"
	"testing"
	"time"
	"strings"

	"vestibule/shared/page"
)

func TestZZServe(t *testing.T) {
	if os.Getenv("SHOT") == "" { t.Skip() }
	zone, _ := time.LoadLocation("Europe/Berlin")
	http.HandleFunc("/assets/{file}", func(w http.ResponseWriter, r *http.Request) {
		f, ok := page.Open(r.PathValue("file"))
		if !ok { w.WriteHeader(404); return }
		w.Header().Set("Content-Type", f.Type); w.Write(f.Content)
	})
	http.HandleFunc("/sink", func(w http.ResponseWriter, r *http.Request) { sink.Write(w, r, 200, "sink", sinkFrame(zone), sinkOf("Petra Schulz")) })
	http.HandleFunc("/done", func(w http.ResponseWriter, r *http.Request) { f := sinkFrame(zone); f.Errors = nil; f.Back = ""; sink.Write(w, r, 200, "done", f, "Die Einladung an Petra Schulz ist unterwegs.") })
	http.HandleFunc("/letter", func(w http.ResponseWriter, r *http.Request) { f := sinkFrame(zone); f.Errors = nil; f.Back = ""; f.Plain = true; sink.Write(w, r, 200, "letter", f, sinkOf("Petra Schulz")) })
	http.HandleFunc("/join", func(w http.ResponseWriter, r *http.Request) { f := page.Frame{Title: "portal.invited", Clinic: ""}; sink.Write(w, r, 200, "join", f, nil) })
	http.HandleFunc("POST /language", func(w http.ResponseWriter, r *http.Request) { http.SetCookie(w, &http.Cookie{Name: "lang", Value: r.FormValue("lang")}); http.Redirect(w, r, r.FormValue("back"), 303) })
	portal := page.New(os.DirFS("../../functions/portal"))
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/nope") { page.Refuse(w, r, 404, "not_found", page.Frame{}); return }
		portal.Write(w, r, 200, "start", page.Frame{Title: "portal.title"}, nil)
	})
	t.Fatal(http.ListenAndServe("127.0.0.1:8399", nil))
}
