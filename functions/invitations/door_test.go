package main

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vestibule/infra/demo"
	"vestibule/shared/web/webtest"
)

func TestUnknownRoutesAndMethodsAreAnsweredClearly(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	inv := caro.invite()
	before := h.dump()
	ways := append(slices.Clone(every), "GET /invitations", "POST /invitations", "GET /invitations/new", "GET /api/invitations", "POST /api/invitations")
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"} {
		for _, way := range ways {
			_, path, _ := strings.Cut(strings.Replace(way, "X", string(inv.ID), 1), " ")
			path, _, _ = strings.Cut(path, "?")
			if slices.ContainsFunc(ways, func(w string) bool {
				known := strings.Replace(w, "X", string(inv.ID), 1)
				return known == method+" "+path || strings.HasPrefix(known, method+" "+path+"?") || method == "HEAD" && known == "GET "+path
			}) {
				continue
			}
			r := httptest.NewRequest(method, path, nil)
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			if got := caro.send(r); got.Status != http.StatusNotFound {
				t.Errorf("%s %s: got %d", method, path, got.Status)
			}
		}
	}
	for _, path := range []string{"/", "/invitations/", "/invitations/" + string(inv.ID) + "/", "/invitations/" + string(inv.ID) + "/x", "/api/", "/api/invitations/x/y/z", "//invitations", "/invitations/.", "/invitations/../invitations", "/api//invitations"} {
		if got := caro.send(webtest.Get(path)); got.Status != http.StatusNotFound {
			t.Errorf("%s: got %d", path, got.Status)
		}
	}
	if diff := cmp.Diff(before, h.dump()); diff != "" {
		t.Errorf("something was written:\n%s", diff)
	}
}

func TestT19bAnotherSiteCanDoNothingInAPersonsName(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	inv := caro.invite()
	before := h.dump()
	for name, header := range map[string]http.Header{
		"cross-site": {"Sec-Fetch-Site": {"cross-site"}}, "same-site": {"Sec-Fetch-Site": {"same-site"}}, "another origin": {"Origin": {"https://evil.example"}}, "no origin": {"Origin": {"null"}},
	} {
		for _, way := range append(slices.Clone(every), "POST /invitations", "POST /api/invitations") {
			if strings.HasPrefix(way, "GET") {
				continue
			}
			r := request(way, string(inv.ID))
			r.Header.Del("Sec-Fetch-Site")
			for k, v := range header {
				r.Header[k] = v
			}
			if got := caro.send(r); got.Status != http.StatusForbidden {
				t.Errorf("%s, %s: got %d", name, way, got.Status)
			}
		}
	}
	if diff := cmp.Diff(before, h.dump()); diff != "" {
		t.Errorf("something was written:\n%s", diff)
	}
}

func TestP35GetAndHeadChangeNothing(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	caro := h.as(demo.Caro)
	inv := caro.invite()
	before := h.dump()
	for _, path := range []string{"/invitations", "/invitations/new", "/invitations/" + string(inv.ID), "/api/invitations", "/api/invitations/" + string(inv.ID), "/invitations/" + string(inv.ID) + "/code"} {
		for _, method := range []string{"GET", "HEAD"} {
			got := caro.send(httptest.NewRequest(method, path, nil))
			if len(got.Header.Values("Set-Cookie")) > 0 {
				t.Errorf("%s %s sets a cookie", method, path)
			}
		}
	}
	if diff := cmp.Diff(before, h.dump()); diff != "" {
		t.Errorf("something was written:\n%s", diff)
	}
}
