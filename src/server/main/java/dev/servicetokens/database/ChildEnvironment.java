package dev.servicetokens.database;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The environment that programs which we start will inherit.
 *
 * <p>The bootstrap token comes in a variable, and PostgreSQL would carry it about for as long as it
 * runs, which may be longer than we do. The library that starts it lets nobody choose its
 * environment, and Java cannot change its own; so the C library is asked.
 */
final class ChildEnvironment {

  private ChildEnvironment() {}

  /**
   * Takes the variables whose names begin so out of it; {@link System#getenv} still has them. To be
   * called before there are threads that may start programs. Does nothing where there is no such
   * function.
   */
  @SuppressWarnings("restricted") // The program is started with native access, see the launcher.
  static void forget(String prefix) {
    Linker linker = Linker.nativeLinker();
    linker
        .defaultLookup()
        .find("unsetenv")
        .map(
            address ->
                linker.downcallHandle(
                    address, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS)))
        .ifPresent(
            unsetenv ->
                System.getenv().keySet().stream()
                    .filter(name -> name.startsWith(prefix))
                    .forEach(name -> call(unsetenv, name)));
  }

  private static void call(MethodHandle unsetenv, String name) {
    try (Arena arena = Arena.ofConfined()) {
      int ignored = (int) unsetenv.invokeExact(arena.allocateFrom(name));
    } catch (Throwable e) {
      throw new IllegalStateException("unsetenv cannot be called", e);
    }
  }
}
