namespace Cano.Kernel

open Cano

/// The bytes of a child's start and of its end. Their order is stored.
[<RequireQualifiedAccess>]
module internal ChildFormat =

    [<Literal>]
    let private DataField = 2

    let writeStart (writer: ByteWriter) (child: ChildStart) =
        writer.Text child.RunId
        writer.Text child.WorkflowName
        writer.Unsigned(uint64 child.WorkflowVersion)
        writer.Text child.InitialState
        ValueFormat.writeOptional writer child.Input
        writer.Unsigned(uint64 child.Index)
        writer.Fields()
        writer.Field(DataField, child.Data.Bytes)

    /// What a state carries, among the numbered fields that the rest ends in.
    let private readData (reader: byref<ByteReader>) : StateData =
        reader.Fold(
            StateData.None,
            FieldReading(fun data field value ->
                match field.Number with
                | DataField -> StateData.Kept(value.All().ToArray())
                | _ ->
                    value.Unknown field
                    data)
        )

    let readStart (reader: byref<ByteReader>) : ChildStart =
        let id = reader.Text()
        let name = reader.Text()
        let version = reader.UInt()
        let state = reader.Text()
        let input = ValueFormat.readOptional &reader
        let index = reader.Index()

        {
            RunId = id
            WorkflowName = name
            WorkflowVersion = version
            InitialState = state
            Input = input
            Index = index
            Data = readData &reader
        }

    let private readError = Reading(fun reader -> ErrorFormat.read &reader)

    let writeEnding (writer: ByteWriter) (child: ChildEnding) =
        writer.Text child.RunId
        writer.Unsigned(uint64 child.Status)
        writer.Text child.Exit
        ValueFormat.writeOptional writer child.Output
        writer.Optional(ErrorFormat.write, child.Error)
        writer.Unsigned(uint64 child.Index)
        writer.Signed child.Sequence
        writer.Fields()
        writer.Field(DataField, child.Data.Bytes)

    let readEnding (reader: byref<ByteReader>) : ChildEnding =
        let id = reader.Text()
        let status = reader.Byte()
        let exit = reader.OptionalText()
        let output = ValueFormat.readOptional &reader
        let error = Reading.orNull readError &reader
        let index = reader.Index()
        let sequence = reader.Signed()

        {
            RunId = id
            Status = LanguagePrimitives.EnumOfValue status
            Exit = exit
            Output = output
            Error = error
            Index = index
            Sequence = sequence
            Data = readData &reader
        }
