package gateway

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/aws/aws-lambda-go/events"
)

// write turns a function's answer into an HTTP response. It has written nothing when it returns an error.
func write(w http.ResponseWriter, answer []byte) error {
	var a events.APIGatewayV2HTTPResponse
	if err := json.Unmarshal(answer, &a); err != nil {
		return fmt.Errorf("read the answer of the function: %w", err)
	}
	if a.StatusCode == 0 {
		// An answer without a status is a body of its own in payload format 2.0.
		a = events.APIGatewayV2HTTPResponse{StatusCode: http.StatusOK, Headers: map[string]string{"Content-Type": "application/json"}, Body: string(answer)}
	}
	if a.StatusCode < 200 || a.StatusCode > 599 {
		return fmt.Errorf("the function answered with the status %d", a.StatusCode)
	}
	body := []byte(a.Body)
	if a.IsBase64Encoded {
		decoded, err := base64.StdEncoding.DecodeString(a.Body)
		if err != nil {
			return fmt.Errorf("read the body of the answer: %w", err)
		}
		body = decoded
	}
	header := w.Header()
	header.Set("Content-Type", "text/plain; charset=utf-8") // what an HTTP API says when the function says nothing
	for name, value := range a.Headers {
		header.Set(name, value)
	}
	for _, cookie := range a.Cookies {
		header.Add("Set-Cookie", cookie)
	}
	if len(body) > 0 {
		header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(a.StatusCode)
	w.Write(body) // the caller may have gone
	return nil
}

// refuse answers in place of a function, in the words of an HTTP API.
func refuse(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]string{"message": message})
}
