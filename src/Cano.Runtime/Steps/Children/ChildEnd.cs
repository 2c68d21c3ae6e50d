using Cano.Kernel;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.Data;
using Cano.Runtime.Errors;
using Cano.Runtime.Steps.Children;

namespace Cano;

/// <summary>How a child of a run has ended.</summary>
public sealed record ChildEnd<TChild>
{
    private readonly StoredValue? _output;
    private readonly ValueCodec _values = ValueCodec.Plain;

    /// <summary>For tests of what chooses by it.</summary>
    public ChildEnd() { }

    private ChildEnd(StoredValue? output, ValueCodec values) => (_output, _values) = (output, values);

    /// <summary>The child: `{parent}/{visit}`, of several `{parent}/{visit}/{index or name}`.</summary>
    public string RunId { get; init; } = "";

    /// <summary>Which end it is; <see cref="RunStatus.Cancelled"/> too of one that was never needed and has
    /// not begun.</summary>
    public RunStatus Status { get; init; }

    /// <summary>Whether it came to an exit.</summary>
    public bool IsSuccess => Status == RunStatus.Completed;

    /// <summary>The exit of one that came to one, else the default of the type: ask <see cref="IsSuccess"/>
    /// first.</summary>
    public TChild? Exit { get; init; }

    /// <summary>Why it came to none; null when it did.</summary>
    public CanoError? Error { get; init; }

    /// <summary>What it gave as its own output.</summary>
    /// <exception cref="CanoException">Its error, when it failed; `output_missing`: it gave none;
    /// `workflow`: it cannot be read as this type.</exception>
    public TOutput Output<TOutput>()
    {
        if (Error is { } error)
            throw new CanoException(error);
        if (_output is null)
            throw new CanoException(
                CanoError.Of(Fault.NewOutputMissing($"child '{RunId}' gave no output: a body of it sets one"))
            );
        try
        {
            return _values.Read<TOutput>(_output.Json)!;
        }
        // Whatever the type's own constructor throws.
        catch (Exception thrown)
        {
            var text =
                $"the output of child '{RunId}', {_output}, cannot be read as a `{TypeNames.Of(typeof(TOutput))}`: {UserText.MessageOf(thrown)}";
            throw new CanoException(CanoError.Of(Fault.NewWorkflow(text)), thrown);
        }
    }

    /// <summary>The child with its end: "order-7/3: Completed in Paid".</summary>
    public override string ToString() =>
        IsSuccess ? $"{RunId}: {Status} in {Exit}" : $"{RunId}: {Status}: {Error}";

    internal static ChildEnd<TState> Of<TState>(
        ChildEnding ending,
        ChildWorkflow<TState> workflow,
        ValueCodec values
    )
        where TState : notnull =>
        new(ending.Output, values)
        {
            RunId = ending.RunId,
            Status = RunStatuses.Of(ending.Status, RunStanding.None),
            Exit = ending.Exit is { } exit
                ? workflow.ExitOf(ending.RunId, exit, ending.Data, values)
                : default,
            Error = ending.Error,
        };
}
