/** What this server is: its release, and the API version that it is compatible with. */
@NullMarked
package dev.servicetokens.serverinfo;

import org.jspecify.annotations.NullMarked;
