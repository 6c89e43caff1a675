curl -sSk {{ address }}/epix/sandbox/ca.pem -o ca.pem
openssl x509 -in ca.pem -noout -fingerprint -sha256
curl -sS --cacert ca.pem {{ address }}/epix/sandbox/client.pem -o client.pem
curl -sS --cacert ca.pem {{ address }}/epix/sandbox/client.key -o client.key
curl -sS --cacert ca.pem {{ address }}/epix/sandbox/client.p12 -o client.p12
