package dev.servicetokens.token;

/**
 * How many tokens there were when some node counted them last.
 *
 * @param live all that had not ended
 * @param expiring those of them that end within {@link TokenCensus#SOON}
 * @param withoutEnd those of them that never end
 * @param neverUsed those of them that nobody had used
 * @param ageSeconds how long ago that was when this was read, by the database's clock
 */
public record TokenCounts(
    long live, long expiring, long withoutEnd, long neverUsed, double ageSeconds) {}
