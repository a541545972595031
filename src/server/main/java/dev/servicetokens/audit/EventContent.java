package dev.servicetokens.audit;

/**
 * All that is stored of an event, as the bytes that its seal covers.
 *
 * @param eventId its id
 * @param bytes the bytes; not copied, and nobody changes them
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record EventContent(long eventId, byte[] bytes) {}
