package dev.servicetokens.cli.output;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A table as the documentation shows it: columns as wide as their widest cell, a bar between them,
 * nothing after the last. No cell is ever broken, so that ids can be copied.
 */
public final class Table {

  private final List<String> header;
  private final List<Integer> leastWidths;
  private final List<List<String>> rows = new ArrayList<>();

  /** Begins a table with the names of its columns. */
  public Table(List<String> header) {
    this(header, List.of());
  }

  /**
   * The same for a table whose rows are not all known when the first are printed.
   *
   * @param leastWidths of the first columns, in characters
   */
  public Table(List<String> header, List<Integer> leastWidths) {
    this.header = List.copyOf(header);
    this.leastWidths = List.copyOf(leastWidths);
  }

  /** Adds a row with as many cells as the header has. */
  public void row(List<String> cells) {
    rows.add(cells.stream().map(TextOutput::printable).toList());
  }

  /** The first line, without a line break. */
  String header() {
    return line(header, widths());
  }

  /** All lines below it, each with its line break. */
  String rows() {
    List<Integer> widths = widths();
    return rows.stream().map(row -> line(row, widths) + "\n").collect(Collectors.joining());
  }

  /** How many characters each column takes. */
  public List<Integer> widths() {
    List<Integer> widths = new ArrayList<>();
    for (int column = 0; column < header.size(); column++) {
      int widest = column < leastWidths.size() ? leastWidths.get(column) : 0;
      widest = Math.max(widest, width(header.get(column)));
      for (List<String> row : rows) {
        widest = Math.max(widest, width(row.get(column)));
      }
      widths.add(widest);
    }
    return widths;
  }

  private static String line(List<String> cells, List<Integer> widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < cells.size(); column++) {
      String cell = cells.get(column);
      line.append(column == 0 ? "" : " | ").append(cell);
      line.repeat(' ', widths.get(column) - width(cell));
    }
    return line.toString().stripTrailing();
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
