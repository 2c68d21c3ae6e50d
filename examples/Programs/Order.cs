namespace Cano.Examples.Programs;

/// <summary>An order is validated and processed; an invalid one leaves by another exit: no error.</summary>
public static class Order
{
    private enum State
    {
        Start,
        Validate,
        Process,
        Complete,
        Failed,
    }

    private sealed record Item(string Name, int Quantity, decimal Price);

    public static async Task RunAsync(TextWriter output)
    {
        foreach (var item in (Item[])[new("lamp", 2, 19.90m), new("chair", 0, 80m)])
        {
            // One workflow value per order here; what belongs to a single run could also be inserted per run.
            var exit = await OrderOf(item, output).OrchestrateAsync(State.Start);
            output.WriteLine($"{item.Name}: {exit}");
        }
    }

    private static Workflow<State> OrderOf(Item item, TextWriter output) =>
        Workflow
            .Create<State>(new Resources().Insert("item", item))
            // With every edge declared, a state that cannot be reached or left is found before the run.
            .Register(State.Start, _ => State.Validate, to: [State.Validate])
            .Register(
                State.Validate,
                context => IsValid(context.Get<Item>("item")) ? State.Process : State.Failed,
                to: [State.Process, State.Failed]
            )
            .Register(State.Process, new Processing(output), to: [State.Complete])
            .AddExitStates(State.Complete, State.Failed);

    private static bool IsValid(Item item) => item is { Quantity: > 0, Price: >= 0 };

    /// <summary>A task with dependencies of its own is a class.</summary>
    private sealed class Processing(TextWriter output) : ITask<State>
    {
        // Charging must not be repeated blindly: one attempt, and no more than ten seconds for it.
        public TaskConfig Config => TaskConfig.Minimal.WithAttemptTimeout(TimeSpan.FromSeconds(10));

        public async ValueTask<State> RunAsync(TaskContext context, CancellationToken cancellationToken)
        {
            var item = context.Get<Item>("item");
            var total = item.Quantity * item.Price;
            await output.WriteLineAsync(FormattableString.Invariant($"charging {total}"));
            return State.Complete;
        }
    }
}
