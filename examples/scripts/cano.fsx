[<AutoOpen>]
module Scripting

// What every script here loads: Cano, and the printers.
#load "../references.fsx"

open Cano.FSharp

fsi.AddPrinter(fun (value: obj) -> Printing.tryShow value |> Option.toObj)
