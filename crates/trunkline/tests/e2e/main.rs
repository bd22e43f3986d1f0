//! End to end: the whole server over real sockets, real SIP and real RTP, against the simulated phone
//! network and against phones that others wrote.

mod calls;
mod demo;
mod house;
mod links;
mod voice;
