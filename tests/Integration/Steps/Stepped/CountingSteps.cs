using System.Globalization;

namespace Cano.Integration.Steps.Stepped;

/// <summary>Stepped work that counts its cursor up to `Last` and marks the cursor of each step.</summary>
internal sealed class CountingSteps(int last, Trail trail, string prefix = "") : ISteppedTask<Stage, int>
{
    public TaskConfig Config { get; init; } = TaskConfig.Minimal;

    /// <summary>The state that follows the last step.</summary>
    public Stage Next { get; init; } = Stage.End;

    /// <summary>What else a step does.</summary>
    public Func<TaskContext, Cursor<int>, CancellationToken, Task> Doing { get; init; } =
        (_, _, _) => Task.CompletedTask;

    public async ValueTask<StepOutcome<int, Stage>> StepAsync(
        TaskContext context,
        Cursor<int> cursor,
        CancellationToken cancellationToken
    )
    {
        trail.Add(prefix + (cursor.HasValue ? cursor.Value.ToString(CultureInfo.InvariantCulture) : "none"));
        await Doing(context, cursor, cancellationToken);
        if (cursor.Or(0) < last)
            return StepOutcome.More(cursor.Or(0) + 1);
        return StepOutcome.Done(Next);
    }
}
