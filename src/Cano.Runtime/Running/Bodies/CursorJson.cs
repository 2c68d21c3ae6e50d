using System.Text.Json;

namespace Cano;

/// <summary>Cursors as JSON.</summary>
internal static class CursorJson
{
    /// <summary>No cursor for no bytes.</summary>
    /// <exception cref="JsonException">The bytes are no such cursor.</exception>
    public static Cursor<T> Read<T>(byte[]? json)
    {
        if (json is null) return default;
        try
        {
            return new Cursor<T>(true, JsonSerializer.Deserialize<T>(json, DurableJson.Options));
        }
        catch (Exception thrown) when (thrown is not JsonException)
        {
            // A cursor's own constructor may refuse what is stored with any exception.
            throw new JsonException($"{thrown.GetType().Name}: {thrown.Message}", thrown);
        }
    }

    public static byte[] Write<T>(T? cursor) => JsonSerializer.SerializeToUtf8Bytes(cursor, DurableJson.Options);

    /// <summary>A journaled cursor cannot be read: asking again would not help.</summary>
    public static CanoError Damaged<TState>(string task, Interpreter<TState> run, JsonException why)
        where TState : notnull
    {
        var where = $"run '{run.WorkflowId}', state '{run.Memory.Last?.State}', sequence {run.Memory.CursorAt}";
        return CanoError.Of(Fault.NewTaskExecution($"deserialize cursor for `{task}`: {where}: {why.Message}"));
    }
}
