namespace Cano.Examples.Programs;

/// <summary>Asks a service again and again until a report is ready.</summary>
public static class Polling
{
    private enum State
    {
        Wait,
        Fetch,
        Done,
    }

    public static async Task RunAsync(TextWriter output)
    {
        var asked = 0;
        var workflow = Workflow
            .Bare<State>()
            .RegisterPoll(
                State.Wait,
                (_, _) =>
                {
                    output.WriteLine($"ready? ({++asked})");
                    return new(
                        asked < 3
                            ? PollOutcome.Pending(TimeSpan.FromMilliseconds(10))
                            : PollOutcome.Ready(State.Fetch)
                    );
                }
            )
            .Register(State.Fetch, new Fetching(output))
            .AddExitState(State.Done);

        output.WriteLine(await workflow.OrchestrateAsync(State.Wait));
    }

    /// <summary>A class may say which failures it forgives, and how long the whole loop may take.</summary>
    private sealed class Fetching(TextWriter output) : IPollTask<State>
    {
        private int _calls;

        public TaskConfig Config => TaskConfig.Minimal.WithAttemptTimeout(TimeSpan.FromMinutes(1));

        public PollErrorPolicy OnError => PollErrorPolicy.RetryOnError(2);

        public ValueTask<PollOutcome<State>> PollAsync(
            TaskContext context,
            CancellationToken cancellationToken
        )
        {
            switch (++_calls)
            {
                case 1:
                    return new(PollOutcome.Pending(TimeSpan.FromMilliseconds(5)));
                case 2:
                    // Forgiven: the loop waits as after the last pending answer, and asks again.
                    output.WriteLine("no answer");
                    throw new IOException("connection reset");
                default:
                    output.WriteLine("fetched");
                    return new(PollOutcome.Ready(State.Done));
            }
        }
    }
}
