package dev.servicetokens.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs tasks one at a time, each until it lets time pass: who is next depends on virtual time
 * alone, so that a run can be repeated. Tasks are virtual threads that hand over to each other.
 */
final class VirtualTime {

  private static final boolean TRACE = Boolean.getBoolean("coherence.trace");

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final List<Task> tasks = new ArrayList<>();
  private final long end;
  private long now;
  private long sequence;
  private Task current = new Task(SimulatedProcess.WORLD);
  private volatile boolean over;
  private volatile Throwable failure;

  VirtualTime(long end) {
    this.end = end;
  }

  /** Ends a task, for example because its process was killed. Nothing may catch it. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
    private static final Killed INSTANCE = new Killed();

    private Killed() {
      super("killed", null, false, false);
    }
  }

  /** Something that happens at a moment: a task goes on, or an effect takes place. */
  private static final class Event implements Comparable<Event> {
    private final long at;
    private final long order;
    private final Task task;
    private final Runnable effect;

    private Event(long at, long order, Task task, Runnable effect) {
      this.at = at;
      this.order = order;
      this.task = task;
      this.effect = effect;
    }

    @Override
    public int compareTo(Event other) {
      return at == other.at ? Long.compare(order, other.order) : Long.compare(at, other.at);
    }
  }

  private static final class Task {
    private final SimulatedProcess process;
    private Thread thread;
    private Event next;
    private volatile boolean turn;

    private Task(SimulatedProcess process) {
      this.process = process;
    }
  }

  /** Says what happens, if one seed is looked at. */
  void trace(String what, Object... values) {
    if (TRACE) {
      System.err.printf("%9.3f ms  %s%n", now / 1e6, what.formatted(values));
    }
  }

  long now() {
    return now;
  }

  /** How many moments anybody has waited for. */
  long events() {
    return sequence;
  }

  boolean isOver() {
    return over;
  }

  /** Starts a task at this moment. */
  void start(SimulatedProcess process, Runnable work) {
    if (over) {
      return;
    }
    Task task = new Task(process);
    tasks.add(task);
    task.thread = Thread.ofVirtual().unstarted(() -> run(task, work));
    schedule(task, now);
    task.thread.start();
  }

  /** Lets something happen later, at once for whoever looks. */
  void later(long nanos, Runnable effect) {
    events.add(new Event(now + nanos, sequence++, null, effect));
  }

  /** Lets time pass for the present task. */
  void pass(long nanos) {
    if (over) {
      throw Killed.INSTANCE;
    }
    Task task = current;
    task.process.check();
    schedule(task, now + nanos);
    yieldTo(task);
  }

  /** A latch for waiting in virtual time; the process's clock says how fast that passes. */
  Time.Latch latch(SimulatedProcess process) {
    return new VirtualLatch(process);
  }

  private final class VirtualLatch implements Time.Latch {
    private final SimulatedProcess process;
    private final List<Task> waiting = new ArrayList<>();
    private boolean open;

    private VirtualLatch(SimulatedProcess process) {
      this.process = process;
    }

    @Override
    public void open() {
      if (!over && !open) {
        open = true;
        for (Task task : waiting) {
          events.remove(task.next);
          schedule(task, now);
        }
      }
    }

    @Override
    public boolean await(long nanos) {
      if (!open && nanos > 0) {
        if (over) {
          throw Killed.INSTANCE;
        }
        Task task = current;
        task.process.check();
        waiting.add(task);
        schedule(task, now + process.inWorldNanos(nanos));
        try {
          yieldTo(task);
        } finally {
          waiting.remove(task);
        }
      }
      return open;
    }
  }

  /** Runs all tasks to the end of this time. */
  void run() throws InterruptedException {
    Thread main = Thread.currentThread();
    later(end, () -> finish(main));
    dispatch();
    while (!over) {
      LockSupport.park(this);
    }
    for (Task task : tasks) {
      task.turn = true;
      LockSupport.unpark(task.thread);
    }
    for (Task task : tasks) {
      task.thread.join();
    }
    if (failure != null) {
      throw new IllegalStateException("A task failed at " + now / 1_000_000 + " ms", failure);
    }
  }

  private void finish(Thread main) {
    over = true;
    LockSupport.unpark(main);
  }

  private void run(Task task, Runnable work) {
    try {
      waitForTurn(task);
      work.run();
    } catch (Killed e) {
      // As it should.
    } catch (Throwable e) {
      if (!over) {
        failure = e;
      }
    }
    try {
      dispatch();
    } catch (Killed e) {
      // All is over.
    }
  }

  private void schedule(Task task, long at) {
    task.next = new Event(at, sequence++, task, null);
    events.add(task.next);
  }

  private void yieldTo(Task self) {
    if (dispatch() != self) {
      waitForTurn(self);
    } else {
      self.turn = false;
    }
    self.process.check();
  }

  private void waitForTurn(Task task) {
    while (!task.turn) {
      LockSupport.park(this);
    }
    task.turn = false;
    if (over) {
      throw Killed.INSTANCE;
    }
    task.process.check();
  }

  /** Lets the next task go on; the caller must then let go. */
  private Task dispatch() {
    while (!over) {
      Event event = events.poll();
      now = Math.max(now, event.at);
      if (event.effect != null) {
        event.effect.run();
      } else if (event.task.process.pausedUntil() > now) {
        schedule(event.task, event.task.process.pausedUntil());
      } else {
        Task previous = current;
        current = event.task;
        event.task.turn = true;
        if (event.task != previous) {
          LockSupport.unpark(event.task.thread);
        }
        return event.task;
      }
    }
    throw Killed.INSTANCE;
  }

  /** Ends the present task if its process is dead. */
  static void endIf(boolean dead) {
    if (dead) {
      throw Killed.INSTANCE;
    }
  }
}
