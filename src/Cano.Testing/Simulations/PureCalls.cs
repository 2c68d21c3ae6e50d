using Cano.Runtime.Errors;
using Cano.Runtime.Scope;

namespace Cano.Testing.Simulations;

/// <summary>Calls of what is declared pure: made twice, on the same data. What a crash takes back is
/// calculated again, so that both should come to the same.</summary>
internal static class PureCalls
{
    /// <summary>Makes the call.</summary>
    /// <param name="at">Which one it is.</param>
    /// <param name="call">The call.</param>
    /// <param name="breach">Is told in what the two differ.</param>
    public static async ValueTask<T> MakeAsync<T>(UserCall at, Func<ValueTask<T>> call, Action<string> breach)
    {
        var before = at.Data?.Keep();
        var first = await call().ConfigureAwait(false);
        var data = at.Data?.ToJson();
        if (before is not null)
            at.Data!.Rewind(before);
        T second;
        try
        {
            second = await call().ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            breach($"{Declared(at)} answered, and called again it threw {UserText.Of(thrown)}");
            throw;
        }

        if (!EqualityComparer<T>.Default.Equals(first, second))
            breach($"{Declared(at)} answered {first}, and on the same data {second}");
        if (data is not null && Different(data, at.Data!.ToJson()) is { } key)
            breach($"{Declared(at)} left two different values under '{key}' on the same data");
        return second;
    }

    private static string Declared(UserCall at) => $"state '{at.State}' is declared pure: it";

    private static string? Different(
        IReadOnlyDictionary<string, string> first,
        IReadOnlyDictionary<string, string> second
    ) =>
        first
            .Keys.Union(second.Keys)
            .FirstOrDefault(key => first.GetValueOrDefault(key) != second.GetValueOrDefault(key));
}
