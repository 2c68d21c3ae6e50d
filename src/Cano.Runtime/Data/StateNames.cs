using System.Reflection;
using Cano.Runtime.Data.FSharpJson;
using Microsoft.FSharp.Reflection;

namespace Cano.Runtime.Data;

/// <summary>The stable names of states: the only translation between a state and its name in
/// journals.</summary>
internal static class StateNames<TState>
    where TState : notnull
{
    private static readonly Dictionary<TState, string> s_stored = Read();

    /// <summary>The name given by <see cref="StoredAsAttribute"/>, else the state's own.</summary>
    public static string Of(TState? state)
    {
        if (state is null)
            return "null";
        return s_stored.TryGetValue(state, out var name) ? name : state.ToString() ?? typeof(TState).Name;
    }

    private static Dictionary<TState, string> Read()
    {
        var stored = new Dictionary<TState, string>();
        if (typeof(TState).IsEnum)
        {
            foreach (var field in typeof(TState).GetFields(BindingFlags.Public | BindingFlags.Static))
            {
                if (field.GetCustomAttribute<StoredAsAttribute>() is { } attribute)
                    stored[(TState)field.GetValue(null)!] = attribute.Name;
            }
        }
        // A union that others cannot see has names all the same.
        else if (FSharpType.IsUnion(typeof(TState), FSharpShapes.Everything))
        {
            foreach (var union in FSharpType.GetUnionCases(typeof(TState), FSharpShapes.Everything))
            {
                var attribute = union.GetCustomAttributes().OfType<StoredAsAttribute>().FirstOrDefault();
                if (union.GetFields().Length > 0)
                    continue;
                // A case that F# represents by null is no state: nothing can tell it from one that is
                // missing.
                if (FSharpValue.MakeUnion(union, [], FSharpShapes.Everything) is TState state)
                    stored[state] = attribute?.Name ?? union.Name;
            }
        }

        return stored;
    }
}
