namespace Cano.Examples.Programs;

/// <summary>A saga: when shipping fails, the charge is refunded and then the stock released, newest
/// first.</summary>
public static class PaymentSaga
{
    private enum State
    {
        Reserve,
        Validate,
        Charge,
        Ship,
        Done,
    }

    /// <summary>What a step leaves behind for its undoing. It is journaled, so it must be data.</summary>
    private sealed record Receipt(string Id, int Amount);

    public static async Task RunAsync(TextWriter output)
    {
        var workflow = Workflow
            .Bare<State>()
            .RegisterWithCompensation(State.Reserve, new Reserving(output))
            // A step that changed nothing outside needs no undoing.
            .Register(State.Validate, _ => State.Charge)
            .RegisterWithCompensation<Receipt>(
                State.Charge,
                (_, _) =>
                {
                    output.WriteLine("charge 40");
                    return new((State.Ship, new Receipt("charge-1", 40)));
                },
                (_, receipt, _) =>
                {
                    output.WriteLine($"refund {receipt.Amount} of {receipt.Id}");
                    return default;
                }
            )
            .Register(
                State.Ship,
                _ => throw new InvalidOperationException("no courier today"),
                TaskConfig.Minimal
            )
            .AddExitState(State.Done);

        var outcome = await workflow.TryOrchestrateAsync(State.Reserve);

        // Everything was undone, so the run failed with the error that began it.
        output.WriteLine(
            outcome.Match(
                Right: exit => $"{exit}",
                Left: error => $"failed in {error.State}: {error.Message}"
            )
        );
    }

    private sealed class Reserving(TextWriter output) : ICompensatableTask<State, string>
    {
        public ValueTask<(State Next, string Output)> RunAsync(
            TaskContext context,
            CancellationToken cancellationToken
        )
        {
            output.WriteLine("reserve 2 lamps");
            return new((State.Validate, "reservation-1"));
        }

        // It is given the output of the step, even by another process after a crash.
        public ValueTask CompensateAsync(
            TaskContext context,
            string reservation,
            CancellationToken cancellationToken
        )
        {
            output.WriteLine($"release {reservation}");
            return default;
        }
    }
}
