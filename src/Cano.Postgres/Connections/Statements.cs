using Npgsql;
using NpgsqlTypes;

namespace Cano.Postgres.Connections;

/// <summary>Statements with what they take, typed.</summary>
internal static class Statements
{
    public static NpgsqlCommand Asking<T>(this NpgsqlConnection connection, string text, T value)
    {
        var command = new NpgsqlCommand(text, connection);
        command.Add(value);
        return command;
    }

    public static NpgsqlCommand Asking<T1, T2>(
        this NpgsqlConnection connection,
        string text,
        T1 first,
        T2 second
    )
    {
        var command = connection.Asking(text, first);
        command.Add(second);
        return command;
    }

    /// <summary>Statements that are sent together, and done wholly or not at all.</summary>
    public static NpgsqlBatch Batch(this NpgsqlConnection connection) => new(connection);

    public static NpgsqlBatchCommand Add(this NpgsqlBatch batch, string text)
    {
        var command = new NpgsqlBatchCommand(text);
        batch.BatchCommands.Add(command);
        return command;
    }

    public static NpgsqlBatchCommand Add<T>(this NpgsqlBatch batch, string text, T value) =>
        batch.Add(text).Add(value);

    public static NpgsqlBatchCommand Add<T>(this NpgsqlBatchCommand command, T value)
    {
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return command;
    }

    public static void AddOptional(this NpgsqlCommand command, object? value, NpgsqlDbType type) =>
        command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = type });

    public static void Add<T>(this NpgsqlCommand command, T value) =>
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
}
