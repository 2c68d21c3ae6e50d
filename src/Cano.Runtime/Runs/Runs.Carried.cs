using Cano.Kernel;
using Cano.Runtime.Definitions;

namespace Cano.Runtime.Runs;

// A run whose state cannot be read is left as it is.
internal static partial class Runs
{
    /// <summary>What the state carries that the run goes on in is read before the run is claimed. To go back
    /// it needs none of it.</summary>
    /// <exception cref="CanoException">It cannot be read.</exception>
    private static Recovered.Found Readable<TState>(
        CompiledWorkflow<TState> workflow,
        Recovered.Found recovered
    )
        where TState : notnull
    {
        var run = recovered.Run;
        if (run.Durable is { Rollback: null, Cancel: null, Last: { } last })
            _ = RowFormat.NextState(last.Fact) is { } next
                ? workflow.StateOf(workflow.Plan.NumberOf(next), last.Data)
                : workflow.StateOf(run.State, run.Data);
        return recovered;
    }
}
