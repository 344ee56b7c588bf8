#ifndef VITRINE_SERVICE_HTTP_WEB_SOCKET_CONNECTION_H_
#define VITRINE_SERVICE_HTTP_WEB_SOCKET_CONNECTION_H_

// WebSocket over Boost.Beast.

#include <functional>
#include <memory>

#include "boost/asio/awaitable.hpp"
#include "service/http/request_reader.h"
#include "service/http/web_socket.h"

namespace vitrine::http {

// Whether the request asks for a WebSocket.
bool IsWebSocketUpgrade(const Message& message);

// Answers the request's handshake and serves the connection until it ends. Runs on the stream's executor, which must
// outlive it. `on_started` is given a function that ends the connection at once, for as long as this runs.
boost::asio::awaitable<void> ServeWebSocket(boost::beast::tcp_stream stream, Message request,
                                            std::shared_ptr<WebSocketHandler> handler, WebSocketOptions options,
                                            std::function<void(std::function<void()> abort)> on_started);

}  // namespace vitrine::http

#endif  // VITRINE_SERVICE_HTTP_WEB_SOCKET_CONNECTION_H_
