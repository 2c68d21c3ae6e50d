namespace Cano.Examples.Programs;

/// <summary>Timers: a fixed span, and a wait that is computed when its state is entered.</summary>
public static class Waiting
{
    private enum State
    {
        CoolDown,
        UntilMorning,
        Done,
    }

    public static async Task RunAsync(TextWriter output)
    {
        var workflow = Workflow
            .Bare<State>()
            // In a journaled run the due time is journaled too: a crash does not stretch the wait.
            .RegisterTimer(State.CoolDown, TimeSpan.FromMilliseconds(20), State.UntilMorning)
            .Register(State.UntilMorning, new Night(output))
            .AddExitState(State.Done);

        output.WriteLine(await workflow.OrchestrateAsync(State.CoolDown));
    }

    private sealed class Night(TextWriter output) : ITimerTask<State>
    {
        public ValueTask<TimerOutcome> WaitAsync(TaskContext context, CancellationToken cancellationToken)
        {
            // The workflow's clock, not the system's: tests turn it by hand.
            var morning = context.TimeProvider.GetUtcNow() + TimeSpan.FromMilliseconds(20);
            output.WriteLine("good night");
            return new(TimerOutcome.Until(morning));
        }

        public ValueTask<State> AfterWaitAsync(TaskContext context, CancellationToken cancellationToken)
        {
            output.WriteLine("good morning");
            return new(State.Done);
        }
    }
}
