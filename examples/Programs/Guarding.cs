namespace Cano.Examples.Programs;

/// <summary>A circuit breaker stops calling what keeps failing; a rate limiter spares what must not be called
/// too often.</summary>
public static class Guarding
{
    private enum State
    {
        Call,
        Done,
    }

    public static async Task RunAsync(TextWriter output)
    {
        await BreakAsync(output);
        await LimitAsync(output);
    }

    /// <summary>Shared by all who call one service: what one of them learns spares the others.</summary>
    private static async Task BreakAsync(TextWriter output)
    {
        var breaker = new CircuitBreaker(new CircuitPolicy(FailureThreshold: 2));
        var calls = 0;
        var workflow = Workflow
            .Bare<State>()
            .Register(
                State.Call,
                _ =>
                {
                    calls++;
                    throw new IOException("service is down");
                },
                // The third attempt is refused, and a refusal is not retried.
                TaskConfig.Minimal.WithFixedRetry(5, TimeSpan.Zero).WithCircuitBreaker(breaker)
            )
            .AddExitState(State.Done);

        foreach (var caller in (string[])["first", "second"])
        {
            var outcome = await workflow.TryOrchestrateAsync(State.Call);
            outcome.IfLeft(error => output.WriteLine($"{caller}: {error.Message}, {calls} calls so far"));
        }
    }

    private static async Task LimitAsync(TextWriter output)
    {
        // Two calls an hour; a third may be made when one of them is given back.
        var limiter = new RateLimiter(2, TimeSpan.FromHours(1));
        var workflow = Workflow
            .Create<State>(new Resources().Insert("limiter", limiter))
            .Register(
                State.Call,
                context =>
                {
                    output.WriteLine(context.Get<RateLimiter>("limiter").TryAcquire() ? "called" : "not now");
                    return State.Done;
                }
            )
            .AddExitState(State.Done);

        await workflow.OrchestrateAsync(State.Call);

        // A reservation that is not committed gives its place back: the call was not made after all.
        using (var reservation = limiter.TryReserve())
            output.WriteLine(reservation is null ? "no place" : "reserved, and given back");

        await workflow.OrchestrateAsync(State.Call);
        await workflow.OrchestrateAsync(State.Call);
    }
}
