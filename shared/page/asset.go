package page

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"path"
	"strings"
	"sync"
)

//go:embed assets
var assets embed.FS

// File is an asset as it is served.
type File struct {
	Content []byte
	Type    string // its Content-Type
	Hash    string // of the content; part of the address, so an address never changes what it means
}

var types = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// files are hashed when the first page is written, not at start: most functions start more often than they show a page.
var files = sync.OnceValue(func() map[string]File {
	entries, err := assets.ReadDir("assets")
	if err != nil {
		panic(err)
	}
	all := make(map[string]File, len(entries))
	for _, entry := range entries {
		content, err := assets.ReadFile("assets/" + entry.Name())
		if err != nil {
			panic(err)
		}
		sum := sha256.Sum256(content)
		all[entry.Name()] = File{Content: content, Type: types[path.Ext(entry.Name())], Hash: hex.EncodeToString(sum[:8])}
	}
	return all
})

// Asset is the address of an asset: "style.css" is at "/assets/style.<hash>.css".
func Asset(name string) (string, error) {
	file, ok := files()[name]
	if !ok {
		return "", fmt.Errorf("page: no asset %q", name)
	}
	ext := path.Ext(name)
	return "/assets/" + strings.TrimSuffix(name, ext) + "." + file.Hash + ext, nil
}

// Open finds the asset with a hashed name, "style.<hash>.css". A wrong hash finds nothing.
func Open(hashed string) (File, bool) {
	ext := path.Ext(hashed)
	stem := strings.TrimSuffix(hashed, ext)
	hash := strings.TrimPrefix(path.Ext(stem), ".")
	file, ok := files()[strings.TrimSuffix(stem, "."+hash)+ext]
	if !ok || hash == "" || hash != file.Hash {
		return File{}, false
	}
	return file, true
}
