package dev.servicetokens.web.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Swagger UI as a person uses it: authorize, open an operation, execute it, read the answer. */
final class SwaggerUiPage {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Path PICTURES = Path.of("target", "swagger-ui");

  private final ChromeDriver browser;
  private final WebDriverWait wait;

  private SwaggerUiPage(ChromeDriver browser) {
    this.browser = browser;
    this.wait = new WebDriverWait(browser, LIMIT);
  }

  /** Opens it and waits until it shows the operations. */
  static SwaggerUiPage open(ChromeDriver browser, URI url) {
    browser.get(url.toString());
    SwaggerUiPage page = new SwaggerUiPage(browser);
    page.visible(operation("getServerStatus"));
    return page;
  }

  /** Types a credential into the dialogue behind "Authorize". */
  void authorize(String scheme, String value) {
    click(By.cssSelector(".auth-wrapper > .authorize"));
    By form = By.xpath("//div[@class='auth-container'][.//code[text()='" + scheme + "']]");
    visible(form).findElement(By.tagName("input")).sendKeys(value);
    visible(form).findElement(By.cssSelector("button[type=submit]")).click();
    wait.until(
        found -> !found.findElement(form).findElements(By.cssSelector(".btn.auth")).isEmpty());
    picture("authorize-" + scheme);
    click(By.cssSelector(".btn-done"));
  }

  /** The name of the scheme that the dialogue behind "Authorize" asks for first. */
  String firstScheme() {
    click(By.cssSelector(".auth-wrapper > .authorize"));
    String name = visible(By.cssSelector(".auth-container code")).getText();
    click(By.cssSelector(".btn-done"));
    return name;
  }

  /** Types the value of a parameter of an operation. */
  void fill(String operationId, String parameter, String value) {
    open(operationId);
    WebElement field =
        visible(
            By.cssSelector(css(operationId) + " tr[data-param-name='" + parameter + "'] input"));
    field.sendKeys(Keys.chord(Keys.CONTROL, "a"), value);
  }

  private void open(String operationId) {
    By operation = operation(operationId);
    if (visible(operation).findElements(By.className("execute")).isEmpty()) {
      visible(operation).findElement(By.className("opblock-summary-control")).click();
    }
  }

  /** Executes an operation with the values that the page suggests, or that were filled in. */
  Answer execute(String operationId) {
    open(operationId);
    By execute = By.cssSelector(css(operationId) + " .execute");
    browser.executeScript(
        "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", visible(execute));
    click(execute);
    String table = css(operationId) + " .live-responses-table tbody ";
    String status = visible(By.cssSelector(table + ".response-col_status")).getText();
    String body =
        browser.findElements(By.cssSelector(table + "pre")).stream()
            .findFirst()
            .map(WebElement::getText)
            .orElse("");
    return new Answer(Integer.parseInt(status.lines().findFirst().orElseThrow()), body);
  }

  /** Keeps what a person would see now, to be looked at. */
  void picture(String name) {
    try {
      Files.createDirectories(PICTURES);
      Files.write(PICTURES.resolve(name + ".png"), browser.getScreenshotAs(OutputType.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every address from which the page has asked for something. */
  List<String> requests() {
    Object names =
        browser.executeScript(
            "return performance.getEntriesByType('resource').map(entry => entry.name)");
    return ((List<?>) Objects.requireNonNull(names)).stream().map(String::valueOf).toList();
  }

  /**
   * What the browser complained about since the last call, but for its advice on the boxes for a
   * user's name and password, which Swagger UI draws for Basic.
   */
  List<String> complaints() {
    return browser.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(LogEntry::getMessage)
        .filter(text -> !text.contains("Input elements should have autocomplete attributes"))
        .toList();
  }

  /** An answer as the page shows it. */
  record Answer(int status, String body) {}

  private static String css(String operationId) {
    return ".opblock[id$='-" + operationId + "']";
  }

  private static By operation(String operationId) {
    return By.cssSelector(css(operationId));
  }

  private WebElement visible(By what) {
    return wait.until(ExpectedConditions.visibilityOfElementLocated(what));
  }

  private void click(By what) {
    wait.until(ExpectedConditions.elementToBeClickable(what)).click();
  }
}
