/// Valid requests of all kinds.
enum Samples {
    static let all = [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\nGET /v1/jobs?limit=5&cursor=a%20b HTTP/1.1\r\nhost: a:80\r\nX-A:  1 \r\n\r\n",
        "POST /v1/jobs HTTP/1.1\r\nHost: 127.0.0.1:8787\r\nContent-Type: application/json\r\n"
            + "Content-Length: 14\r\n\r\n{\"kind\":\"a.b\"}",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        "POST / HTTP/1.0\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\n\r\n\r",
        "PUT /batch HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nT: 1\r\n\r\n",
        "DELETE /a%2Fb HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\nhi",
        "OPTIONS * HTTP/1.1\r\nHost: \r\n\r\n",
        "HEAD http://a.example/x?y HTTP/1.1\r\nHost: b\r\n\r\nGET /two HTTP/1.1\r\nHost: a\r\n\r\n",
    ]
}
