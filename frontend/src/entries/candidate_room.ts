import "../styles/room.css";
