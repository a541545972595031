/** TLS on the port that clients use: the certificate, its key, and how they are replaced. */
@NullMarked
package dev.servicetokens.web.tls;

import org.jspecify.annotations.NullMarked;
