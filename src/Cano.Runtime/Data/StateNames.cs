using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Cano.Runtime.Data.FSharpJson;
using Microsoft.FSharp.Reflection;

namespace Cano.Runtime.Data;

/// <summary>The stable names of states where each value is a state: the only translation between such a state
/// and its name in journals.</summary>
[UnconditionalSuppressMessage("Trimming", "IL2087", Justification = Kept)]
[UnconditionalSuppressMessage("Trimming", "IL2090", Justification = Kept)]
internal static class StateNames<TState>
    where TState : notnull
{
    private const string Kept =
        "Workflow.Create, by which every workflow begins, keeps the members of TState.";

    private static readonly Dictionary<TState, string[]> s_declared = typeof(TState) switch
    {
        { IsEnum: true } => Members(),
        // A union that others cannot see has names all the same.
        var type when FSharpType.IsUnion(type, FSharpShapes.Everything) => Cases(),
        _ => [],
    };

    /// <summary>The name that is written: given by <see cref="StoredAsAttribute"/>, else the state's own, the
    /// same in every culture.</summary>
    public static string Of(TState? state) =>
        state is null ? "null"
        : s_declared.TryGetValue(state, out var names) ? names[0]
        : InvariantText.Of(state) ?? typeof(TState).Name;

    /// <summary>The names that a journal may have the state under. What is written comes first: a value of an
    /// enum has as many as it has members, and which one is written may change when members do.</summary>
    public static IReadOnlyList<string> AllOf(TState state) =>
        s_declared.TryGetValue(state, out var names) ? names : [Of(state)];

    /// <summary>The state that a journal has under a name, of a type that tells which it has.</summary>
    public static bool TryFind(string name, [MaybeNullWhen(false)] out TState state)
    {
        foreach (var (known, names) in s_declared)
            if (names.Contains(name))
            {
                state = known;
                return true;
            }

        state = name is TState text ? text : default;
        return state is not null && typeof(TState) == typeof(string);
    }

    private static Dictionary<TState, string[]> Members() =>
        typeof(TState)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .GroupBy(member => (TState)member.GetValue(null)!)
            .ToDictionary(
                state => state.Key,
                state =>
                    state
                        .Select(member => (member.GetCustomAttribute<StoredAsAttribute>()?.Name, member.Name))
                        .OrderBy(name => name.Item1 is null)
                        .Select(name => name.Item1 ?? name.Item2)
                        .Distinct()
                        .ToArray()
            );

    private static Dictionary<TState, string[]> Cases()
    {
        var names = new Dictionary<TState, string[]>();
        foreach (var union in FSharpType.GetUnionCases(typeof(TState), FSharpShapes.Everything))
        {
            var attribute = union.GetCustomAttributes().OfType<StoredAsAttribute>().FirstOrDefault();
            if (union.GetFields().Length > 0)
                continue;
            // A case that F# represents by null is no state: nothing can tell it from one that is missing.
            if (FSharpValue.MakeUnion(union, [], FSharpShapes.Everything) is TState state)
                names[state] = [attribute?.Name ?? union.Name];
        }

        return names;
    }
}
