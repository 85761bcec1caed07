package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"hash/crc32"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"vestibule/shared/dynamo"
)

// standIn is a DynamoDB that answers what it is told to, at once and over TLS. The time of its own is in another process than a function's.
type standIn struct {
	*httptest.Server
	answers map[string]any // by operation, or by operation and table
	roots   string         // file of the roots that a client must trust
	nothing string         // an empty folder
}

// newStandIn starts it with a certificate as the real one has, of an authority that is added to this system's roots.
func newStandIn(dir string) (*standIn, error) {
	s := &standIn{answers: map[string]any{}, roots: filepath.Join(dir, "roots.pem"), nothing: filepath.Join(dir, "nothing")}
	if err := os.Mkdir(s.nothing, 0o755); err != nil {
		return nil, err
	}
	root, rootKey, err := certificate(nil, nil)
	if err != nil {
		return nil, err
	}
	leaf, leafKey, err := certificate(root, rootKey)
	if err != nil {
		return nil, err
	}
	trusted := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Raw})
	for _, bundle := range []string{"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"} {
		if known, err := os.ReadFile(bundle); err == nil {
			trusted = append(trusted, known...)
			break
		}
	}
	if err := os.WriteFile(s.roots, trusted, 0o644); err != nil {
		return nil, err
	}
	s.Server = httptest.NewUnstartedServer(s)
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // functions are ended in the middle of everything
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{leaf.Raw, root.Raw}, PrivateKey: leafKey}}}
	s.StartTLS()
	return s, nil
}

// env points a function at it.
func (s *standIn) env() []string {
	return []string{"AWS_ENDPOINT_URL=" + s.URL, "SSL_CERT_FILE=" + s.roots, "SSL_CERT_DIR=" + s.nothing}
}

func (s *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		io.WriteString(w, "healthy: dynamodb.eu-central-1.amazonaws.com ")
		return
	}
	asked, _ := io.ReadAll(r.Body)
	var about struct{ TableName string }
	_ = json.Unmarshal(asked, &about) // a batch names its tables elsewhere
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	answer, known := s.answers[operation+" "+about.TableName]
	if !known {
		answer, known = s.answers[operation]
	}
	body, err := json.Marshal(answer)
	if err != nil || !known {
		http.Error(w, "no answer to "+operation, http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10))
	w.Write(body)
}

// certificate makes one: an authority's, or one for this machine's own address that an authority has signed.
func certificate(authority *x509.Certificate, authorityKey *rsa.PrivateKey) (*x509.Certificate, *rsa.PrivateKey, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "vestibule bench"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	if authority == nil {
		template.IsCA, template.BasicConstraintsValid, template.KeyUsage, template.ExtKeyUsage, template.IPAddresses = true, true, x509.KeyUsageCertSign, nil, nil
		authority, authorityKey = template, key
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, authority, key.Public(), authorityKey)
	if err != nil {
		return nil, nil, err
	}
	made, err := x509.ParseCertificate(raw)
	return made, key, err
}

// item is an item as it goes over the wire.
func item(v any) map[string]any {
	out := map[string]any{}
	for name, value := range dynamo.Marshal(v) {
		out[name] = attribute(value)
	}
	return out
}

func attribute(value types.AttributeValue) any {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return map[string]any{"S": v.Value}
	case *types.AttributeValueMemberN:
		return map[string]any{"N": v.Value}
	case *types.AttributeValueMemberB:
		return map[string]any{"B": v.Value}
	case *types.AttributeValueMemberBOOL:
		return map[string]any{"BOOL": v.Value}
	case *types.AttributeValueMemberNULL:
		return map[string]any{"NULL": v.Value}
	case *types.AttributeValueMemberL:
		list := make([]any, len(v.Value))
		for i, each := range v.Value {
			list[i] = attribute(each)
		}
		return map[string]any{"L": list}
	default:
		panic(fmt.Sprintf("an item of the house holds a %T", value))
	}
}
