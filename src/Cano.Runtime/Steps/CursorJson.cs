using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Cano.Kernel;
using Cano.Runtime.Data;
using Cano.Runtime.Errors;

namespace Cano.Runtime.Steps;

/// <summary>Cursors as JSON. One that cannot be read or written ends the run: asking again would not
/// help.</summary>
internal static class CursorJson
{
    /// <summary>The cursor with which the visit under way goes on; on false, what tells the kernel why there
    /// is none.</summary>
    public static bool TryRead<TState, T>(
        string task,
        VisitScope<TState> run,
        out Cursor<T> cursor,
        [NotNullWhen(false)] out RunEvent? damaged
    )
        where TState : notnull
    {
        (cursor, damaged) = (default, null);
        if (run.Cursor is not { } stored)
            return true;
        try
        {
            cursor = new Cursor<T>(true, run.Options.Values.Read<T>(stored.Value));
            return true;
        }
        // Whatever the cursor's own type throws.
        catch (Exception thrown)
        {
            var where = $"run '{run.RunId}', state '{run.Durable.Last?.State}', sequence {stored.Sequence}";
            damaged = Unusable(run, $"deserialize cursor for `{task}`: {where}", thrown);
            return false;
        }
    }

    /// <summary>The work has come to a cursor.</summary>
    public static RunEvent Advanced<TState, T>(string task, VisitScope<TState> run, T? cursor)
        where TState : notnull
    {
        if (run.Options.Values.Types.Problem(typeof(T)) is { } problem)
            return Unusable(
                run,
                CanoError.Of(Fault.NewTaskExecution($"the cursor of `{task}` cannot be kept: {problem}")),
                null
            );
        try
        {
            var json = run.Options.Values.Write(cursor);
            return ValueCodec.TooLong(json) is { } tooLong
                ? Unusable(
                    run,
                    CanoError.Of(Fault.NewTaskExecution($"the cursor of `{task}` {tooLong}")),
                    null
                )
                : RunEvent.NewAnswered(run.Visit, Answer.NewAdvanced(json));
        }
        // Whatever a property of the cursor throws.
        catch (Exception thrown)
        {
            return Unusable(run, $"serialize cursor for `{task}`", thrown);
        }
    }

    private static RunEvent Unusable<TState>(VisitScope<TState> run, string doing, Exception thrown)
        where TState : notnull
    {
        var why = thrown is JsonException ? UserText.MessageOf(thrown) : UserText.Of(thrown);
        return Unusable(run, CanoError.Of(Fault.NewTaskExecution($"{doing}: {why}")), thrown);
    }

    private static RunEvent Unusable<TState>(VisitScope<TState> run, CanoError error, Exception? thrown)
        where TState : notnull =>
        RunEvent.NewAnswered(
            run.Visit,
            Answer.NewFailedForGood(run.Faulted(new CanoException(error, thrown)))
        );
}
