using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Cano.Kernel;
using Cano.Runtime.Data.FSharpJson;
using Microsoft.FSharp.Core;
using Microsoft.FSharp.Reflection;

namespace Cano.Runtime.Data;

/// <summary>The cases of an F# union as states: values of one case are one state, and what their fields hold
/// goes with it.</summary>
[UnconditionalSuppressMessage("Trimming", "IL2087", Justification = Kept)]
[UnconditionalSuppressMessage("Trimming", "IL2090", Justification = Kept)]
internal sealed class UnionStates<TState> : States<TState>, IEqualityComparer<TState>
    where TState : notnull
{
    private const string Kept =
        "Workflow.OfCases, by which such a workflow begins, keeps the members of TState.";

    private readonly UnionCase[] _cases;
    private readonly Func<TState, int> _tag;

    private UnionStates()
    {
        _cases =
        [
            .. FSharpType
                .GetUnionCases(typeof(TState), FSharpShapes.Everything)
                .OrderBy(it => it.Tag)
                .Select(it => new UnionCase(it)),
        ];
        _tag = TagReader();
    }

    /// <summary>Null when the type is no union.</summary>
    public static UnionStates<TState>? Known { get; } =
        FSharpType.IsUnion(typeof(TState), FSharpShapes.Everything) ? new() : null;

    public override IEqualityComparer<TState> Same => this;

    public bool Equals(TState? x, TState? y) =>
        x is null || y is null ? x is null && y is null : _tag(x) == _tag(y);

    public int GetHashCode(TState obj) => _tag(obj);

    public override string NameOf(TState? state) => state is null ? "null" : CaseOf(state).Name;

    public override IReadOnlyList<string> NamesOf(TState state) => [NameOf(state)];

    public override bool Carries(TState state) => CaseOf(state).Fields.Length > 0;

    public override string? NameIn(string text) => CaseIn(text)?.Name;

    public override IEnumerable<string> All => _cases.Select(it => it.Name);

    public override IEnumerable<string> Problems(ValueCodec values) =>
        from it in _cases
        from field in it.Fields
        let problem = values.Types.Problem(field.PropertyType)
        where problem is not null
        select $"Field '{field.Name}' of state '{it.Name}' cannot be kept: {problem}";

    public override byte[] Write(TState state, ValueCodec values)
    {
        try
        {
            var kept = values.Write(state);
            return kept.Length <= RowLimits.StateData
                ? kept
                : throw Unkept(
                    state,
                    $"has {kept.Length} bytes; a journal takes {RowLimits.StateData} of a state: keep large data "
                        + "elsewhere and give a reference to it",
                    null
                );
        }
        // Whatever the serialiser, or a getter of a value, throws.
        catch (Exception thrown) when (thrown is not CanoException)
        {
            throw Unkept(state, Refusal(state, values, thrown), thrown);
        }
    }

    public override TState Read(TState state, byte[]? kept, ValueCodec values) =>
        CaseOf(state) is { Fields.Length: > 0 } it ? Read(it, kept, values) : state;

    public override TState Named(string name, byte[]? kept, ValueCodec values)
    {
        var known = NameIn(name) ?? name;
        return Array.Find(_cases, it => it.Name == known) switch
        {
            null => throw Unknown(known),
            { Fields.Length: > 0 } it => Read(it, kept, values),
            // A case that F# represents by null is no state.
            var it => it.Make() is TState state ? state : throw Unknown(known),
        };
    }

    private TState Read(UnionCase it, byte[]? kept, ValueCodec values)
    {
        try
        {
            // Fields that may be missing are.
            var read =
                values.Read<TState>(kept ?? values.JsonOf(it.Name, typeof(string)))
                ?? throw new InvalidOperationException("it is null");
            return CaseOf(read) == it
                ? read
                : throw new InvalidOperationException($"it is of state '{NameOf(read)}'");
        }
        catch (Exception thrown)
        {
            var what = kept is null ? "the row tells nothing of it: " : "";
            throw new CanoException(
                CanoError.Of(
                    Fault.NewWorkflow(
                        $"what state '{it.Name}' carries cannot be read: {what}{ValueCodec.Reason(thrown)}"
                    )
                ),
                thrown
            );
        }
    }

    public override byte[]? KeptIn(string text, ValueCodec values)
    {
        if (CaseIn(text) is not { Fields: [{ PropertyType: var type }] } it)
            return null;
        return PrintedValue.TryRead(text[(it.Printed.Length + 1)..], type, out var value)
            ? values.Write((TState)it.Make(value)!)
            : null;
    }

    private UnionCase CaseOf(TState state) => _cases[_tag(state)];

    /// <summary>The case of a value that F# has printed, with its fields behind it.</summary>
    private UnionCase? CaseIn(string text) =>
        text.IndexOfAny([' ', '\n', '\r']) is > 0 and var end
            ? Array.Find(_cases, it => it.Fields.Length > 0 && text.AsSpan(0, end).SequenceEqual(it.Printed))
            : null;

    /// <summary>Why a state cannot be written: the first of its fields that cannot.</summary>
    private string Refusal(TState state, ValueCodec values, Exception thrown)
    {
        var it = CaseOf(state);
        foreach (var field in it.Fields)
            try
            {
                values.JsonOf(field.GetValue(state), field.PropertyType);
            }
            catch (Exception guilty)
            {
                return $"cannot be kept: field '{field.Name}', a `{TypeNames.Of(field.PropertyType)}`, "
                    + ValueCodec.Refusal(guilty);
            }

        return $"cannot be kept: it {ValueCodec.Refusal(thrown)}";
    }

    private CanoException Unkept(TState state, string why, Exception? thrown) =>
        new(CanoError.Of(Fault.NewGeneric($"what state '{NameOf(state)}' carries {why}")), thrown);

    /// <summary>Called for each transition: no box, where F# needs none.</summary>
    private static Func<TState, int> TagReader()
    {
        if (!typeof(TState).IsValueType)
            switch (FSharpValue.PreComputeUnionTagMemberInfo(typeof(TState), FSharpShapes.Everything))
            {
                case PropertyInfo { GetMethod: { } tag }:
                    return tag.CreateDelegate<Func<TState, int>>();
                case MethodInfo tag:
                    return tag.CreateDelegate<Func<TState, int>>();
            }
        FSharpFunc<object, int> boxed = FSharpValue.PreComputeUnionTagReader(
            typeof(TState),
            FSharpShapes.Everything
        );
        return state => boxed.Invoke(state);
    }

    /// <summary>What a workflow needs to know of a case.</summary>
    private sealed class UnionCase(UnionCaseInfo it)
    {
        public string Name { get; } =
            it.GetCustomAttributes().OfType<StoredAsAttribute>().FirstOrDefault()?.Name ?? it.Name;

        /// <summary>The case as F# prints it.</summary>
        public string Printed => it.Name;

        public PropertyInfo[] Fields { get; } = it.GetFields();

        public object? Make(params object?[] fields) =>
            FSharpValue.MakeUnion(it, fields, FSharpShapes.Everything);
    }
}
