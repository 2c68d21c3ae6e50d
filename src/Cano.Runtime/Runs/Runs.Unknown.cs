using Cano.Kernel;
using Cano.Runtime.Observation;
using Cano.Runtime.Scope;
using Microsoft.Extensions.Logging;

namespace Cano.Runtime.Runs;

// Rows of states that the workflow no longer has are told of.
internal static partial class Runs
{
    private static void ReportUnknown(RunOptions options, string id, Row row)
    {
        LogUnknownState(options.Logger, id, row.Sequence, row.State);
        var at = new RunPoint(id, row.State, row.Task, 1);
        new Observers(options.Observers, options.Logger).Tell(observer =>
            observer.OnUnknownResumeState(at, row.Sequence)
        );
    }

    [LoggerMessage(
        210,
        LogLevel.Warning,
        "Run {RunId}: row {Sequence} is of state {State}, which the workflow no longer has"
    )]
    private static partial void LogUnknownState(ILogger logger, string runId, long sequence, string state);
}
