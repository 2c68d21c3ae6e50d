using System.Reflection;
using Microsoft.FSharp.Core;
using Microsoft.FSharp.Reflection;

namespace Cano;

/// <summary>The stable names of states: the only translation between a state and its name in journals.</summary>
internal static class StateNames<TState>
    where TState : notnull
{
    // A union that others cannot see has names all the same.
    private static readonly FSharpOption<BindingFlags> s_all = FSharpOption<BindingFlags>.Some(BindingFlags.Public | BindingFlags.NonPublic);

    private static readonly Dictionary<TState, string> s_stored = Read();

    /// <summary>The name given by <see cref="StoredAsAttribute"/>, else the state's own.</summary>
    public static string Of(TState? state)
    {
        if (state is null) return "null";
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
        else if (FSharpType.IsUnion(typeof(TState), s_all))
        {
            foreach (var union in FSharpType.GetUnionCases(typeof(TState), s_all))
            {
                var attribute = union.GetCustomAttributes().OfType<StoredAsAttribute>().FirstOrDefault();
                if (union.GetFields().Length > 0) continue;
                var state = (TState)FSharpValue.MakeUnion(union, [], s_all);
                stored[state] = attribute?.Name ?? union.Name;
            }
        }

        return stored;
    }
}
