namespace Cano.Reliability.Golden;

// Runs that wait: for signals, in polls and timers, and before a compensation is tried again.
internal sealed partial class GoldenWorkflow
{
    private static readonly Signal<Receipt> s_paid = new("paid");
    private static readonly Signal s_hurry = new("hurry");

    /// <summary>A signal that comes before its time is over, one that does not come, one without a time and
    /// without anything that it carries, a second try with what a signal carried, summed up; a poll that
    /// pauses, fails and is tried again, a timer within an attempt's time; a compensation that succeeds at
    /// the second try, a rollback that is summed up while it waits, of a run that is retried, and of one
    /// that was cancelled for good.</summary>
    private static string[] Waits =>
        ["asked", "unasked", "called", "woken", "polled", "timed", "regretted", "wrecked", "recanted"];

    /// <summary>A time that is not over when the journal is read.</summary>
    private static TimeSpan Century => TimeSpan.FromDays(36_525);

    private static TimeSpan Minute => TimeSpan.FromMinutes(1);

    private Workflow<string> WithWaits(Workflow<string> workflow) =>
        workflow
            .RegisterWait("asked", Asked().After(TimeSpan.FromDays(2), "late"))
            .RegisterWait("unasked", Asked().After(TimeSpan.FromDays(2), "late"))
            .Register("late", Late, Once)
            .RegisterWait("called", Wait.For<string>().On(s_hurry, "read"))
            .RegisterWait(
                "woken",
                Wait.For<string>()
                    .On(
                        s_paid,
                        (context, paid, _) => TakeAtLast(context, paid),
                        Once.WithFixedRetry(1, Minute)
                    )
            )
            .Register("polled", new Poll(tell, isWritten: writer is not null))
            .Register("timed", new Timer(tell))
            .RegisterWithCompensation<Receipt>(
                "regretted",
                (_, _) => Did("fails", 9),
                UndoAtLast,
                Once,
                undo: Once.WithFixedRetry(1, Minute)
            )
            .RegisterWithCompensation<Receipt>(
                "wrecked",
                (_, _) => Did("wrecks", 10),
                UndoAtLast,
                Once,
                undo: Once.WithFixedRetry(1, Minute)
            )
            .RegisterWithCompensation<Receipt>("wrecks", (_, _) => Did("fails", 11), StickOnce, Once)
            .RegisterWithCompensation<Receipt>(
                "recanted",
                (_, _) => Did("revokes", 12),
                UndoAtLast,
                Once,
                undo: Once.WithFixedRetry(1, Minute)
            );

    private Wait<string> Asked() => Wait.For<string>().On(s_paid, Take).On(s_hurry, "read");

    private string Take(TaskContext context, Receipt paid)
    {
        tell($"took {paid.Number} {paid.Text}");
        return "end";
    }

    private ValueTask<string> TakeAtLast(TaskContext context, Receipt paid) =>
        context.Attempt > 1 ? new(Take(context, paid)) : throw new InvalidOperationException("on purpose");

    private string Late(TaskContext context)
    {
        tell("late");
        return "end";
    }

    private ValueTask UndoAtLast(TaskContext context, Receipt receipt, CancellationToken cancel)
    {
        tell($"undoes at attempt {context.Attempt}");
        return context.Attempt > 1
            ? Undo(context, receipt, cancel)
            : throw new InvalidOperationException("on purpose");
    }

    /// <summary>While the journal is written it pauses, fails, pauses, fails once too often, and pauses in
    /// its second attempt.</summary>
    private sealed class Poll(Action<string> tell, bool isWritten) : IPollTask<string>
    {
        private int _asked;

        public string Name => "polled";

        public TaskConfig Config => Once.WithFixedRetry(1, Minute).WithAttemptTimeout(Century);

        public PollErrorPolicy OnError => PollErrorPolicy.RetryOnError(1);

        public ValueTask<PollOutcome<string>> PollAsync(
            TaskContext context,
            CancellationToken cancellationToken
        )
        {
            tell($"polls at attempt {context.Attempt}");
            if (!isWritten)
                return new(PollOutcome.Ready("end"));
            return _asked++ switch
            {
                1 or 2 => throw new InvalidOperationException("on purpose"),
                0 or 3 => new(PollOutcome.Pending(TimeSpan.FromMinutes(5))),
                _ => new(PollOutcome.Ready("end")),
            };
        }
    }

    private sealed class Timer(Action<string> tell) : ITimerTask<string>
    {
        public string Name => "timed";

        public TaskConfig Config => Once.WithAttemptTimeout(Century);

        public ValueTask<TimerOutcome> WaitAsync(TaskContext context, CancellationToken cancellationToken) =>
            new(TimerOutcome.After(TimeSpan.FromHours(1)));

        public ValueTask<string> AfterWaitAsync(TaskContext context, CancellationToken cancellationToken)
        {
            tell("rang");
            return new("end");
        }
    }
}
